-- A form that comes when its session is over, and its cookie gone with it, is known by the key that stands in it.
create index session_by_form_key on house.session (form_key);
