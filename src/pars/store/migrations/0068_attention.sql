-- Many who look at one arrest without being handed it are noted, too: once for each look at which it falls. The account is then that
-- of this look, the last of them, and may be the last of another crowd another day.
alter table watch.own_people drop constraint own_people_account_id_detector_key;
alter table watch.own_people drop constraint own_people_detector_check;
alter table watch.own_people
  add constraint own_people_detector_check check (detector in ('own-name', 'own-surname', 'colleague', 'attention'));
create unique index own_people_once on watch.own_people (account_id, detector) where detector <> 'attention';
create unique index own_people_at on watch.own_people (entry) where detector = 'attention';
