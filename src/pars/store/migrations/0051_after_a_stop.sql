-- A grant is signed over the last entry that stopped its owner's grants, so that a signature from before a withdrawal cannot
-- be entered again after it. Where a grant has one, sharing.consent.signature holds it behind the 64 bytes of the signature.
create index entry_of_agreement on ledger.entry ((public ->> 'agreement'), xid, id)
  where public ->> 'kind' = 'agreement';

-- The leaf hash of that entry, by the index above; null when nothing has stopped that owner's grants. It is what a verifier
-- finds in the log (docs/ledger-format.md): a withdrawal or suspension by anybody, an end that nobody voted for, and what
-- the owner withheld or abstained from.
create function sharing.last_stop(of_agreement text, of_owner text) returns bytea
  language sql stable security definer
  set search_path = pg_catalog
as $$
  select sha256('\x00'::bytea || e.leaf)
  from ledger.entry e
  where e.public ->> 'kind' = 'agreement'
    and e.public ->> 'agreement' = of_agreement
    and (e.public ->> 'verb' in ('consent.withdrawn', 'consent.suspended')
      or e.public ->> 'verb' in ('agreement.suspended', 'agreement.floored') and e.public -> 'ended' is not null
      or e.public ->> 'verb' in ('consent.withheld', 'consent.abstained') and e.public ->> 'by' = of_owner)
  order by e.xid desc, e.id desc
  limit 1
$$;
revoke execute on function sharing.last_stop(text, text) from public;
grant execute on function sharing.last_stop(text, text) to pars_act;
