-- As Callboard 0.2.0 wrote it: two rounds, `callboard tick --at 2027-04-20T12:00:00Z` and `--at 2027-05-02T12:00:00Z`, with both platforms
-- emulated, over owl (until 2027-05-09), newt (until 2027-05-20) and mouse (rolling), lead times [7d, 1d]; dumped by sqlite3.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE moves (
	platform TEXT NOT NULL, 
	address TEXT NOT NULL, 
	moved_to TEXT NOT NULL, 
	PRIMARY KEY (platform, address)
);
CREATE TABLE notices (
	"key" TEXT NOT NULL, 
	delivery TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	platform TEXT NOT NULL, 
	posting TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	lead TEXT, 
	state TEXT NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	attempts INTEGER NOT NULL, 
	due_again_at VARCHAR(27), 
	reference TEXT, 
	reason TEXT, original TEXT DEFAULT '' NOT NULL, revision INTEGER DEFAULT '0' NOT NULL, told TEXT, "before" TEXT, place INTEGER DEFAULT '0' NOT NULL, reply_to TEXT, address TEXT, 
	PRIMARY KEY ("key")
);
INSERT INTO "notices" VALUES('lab-slack/owl/announcement','lab-slack/owl/announcement','lab-slack','slack','owl','announcement',NULL,'delivered','2027-04-20T12:00:00.627109Z',1,NULL,'C0123456789/1796052100.561502',NULL,'lab-slack/owl/announcement',0,'open 2027-05-09T23:59:59+02:00[Europe/Berlin] 46f52e79a879',NULL,0,NULL,'C0123456789');
INSERT INTO "notices" VALUES('lab-telegram/owl/announcement','lab-telegram/owl/announcement','lab-telegram','telegram','owl','announcement',NULL,'delivered','2027-04-20T12:00:00.625708Z',1,NULL,'-1001234567890/101',NULL,'lab-telegram/owl/announcement',0,'open 2027-05-09T23:59:59+02:00[Europe/Berlin] 46f52e79a879',NULL,0,NULL,'@lab_jobs');
INSERT INTO "notices" VALUES('lab-slack/newt/announcement','lab-slack/newt/announcement','lab-slack','slack','newt','announcement',NULL,'delivered','2027-04-20T12:00:01.607387Z',1,NULL,'C0123456789/1796052101.542361',NULL,'lab-slack/newt/announcement',0,'open 2027-05-20T23:59:59+02:00[Europe/Berlin] 383f185e7035',NULL,0,NULL,'C0123456789');
INSERT INTO "notices" VALUES('lab-telegram/newt/announcement','lab-telegram/newt/announcement','lab-telegram','telegram','newt','announcement',NULL,'delivered','2027-04-20T12:00:01.606629Z',1,NULL,'-1001234567890/102',NULL,'lab-telegram/newt/announcement',0,'open 2027-05-20T23:59:59+02:00[Europe/Berlin] 383f185e7035',NULL,0,NULL,'@lab_jobs');
INSERT INTO "notices" VALUES('lab-slack/mouse/announcement','lab-slack/mouse/announcement','lab-slack','slack','mouse','announcement',NULL,'delivered','2027-04-20T12:00:02.604464Z',1,NULL,'C0123456789/1796052102.539469',NULL,'lab-slack/mouse/announcement',0,'open - 0fb67387985d',NULL,0,NULL,'C0123456789');
INSERT INTO "notices" VALUES('lab-telegram/mouse/announcement','lab-telegram/mouse/announcement','lab-telegram','telegram','mouse','announcement',NULL,'delivered','2027-04-20T12:00:02.603777Z',1,NULL,'-1001234567890/103',NULL,'lab-telegram/mouse/announcement',0,'open - 0fb67387985d',NULL,0,NULL,'@lab_jobs');
INSERT INTO "notices" VALUES('lab-slack/owl/reminder/7d/2027-05-09T21:59:59Z','lab-slack/owl/reminder/7d/2027-05-09T21:59:59Z','lab-slack','slack','owl','reminder','7d','delivered','2027-05-02T12:00:00.375357Z',1,NULL,'C0123456789/1796052103.662578',NULL,'lab-slack/owl/reminder/7d/2027-05-09T21:59:59Z',0,'open 2027-05-09T23:59:59+02:00[Europe/Berlin] 1ba9416e74d5',NULL,0,NULL,'C0123456789');
INSERT INTO "notices" VALUES('lab-telegram/owl/reminder/7d/2027-05-09T21:59:59Z','lab-telegram/owl/reminder/7d/2027-05-09T21:59:59Z','lab-telegram','telegram','owl','reminder','7d','delivered','2027-05-02T12:00:00.371208Z',1,NULL,'-1001234567890/104',NULL,'lab-telegram/owl/reminder/7d/2027-05-09T21:59:59Z',0,'open 2027-05-09T23:59:59+02:00[Europe/Berlin] 1ba9416e74d5',NULL,0,NULL,'@lab_jobs');
CREATE TABLE postings (
	id TEXT NOT NULL, 
	data TEXT NOT NULL, 
	now_called TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "postings" VALUES('mouse','{"id": "mouse", "title": "Mice in fields", "roles": ["postdoc"], "timezone": "Europe/Berlin", "status": "open", "deadline_kind": "rolling"}',NULL);
INSERT INTO "postings" VALUES('newt','{"id": "newt", "title": "Newts in ponds", "roles": ["phd"], "timezone": "Europe/Berlin", "status": "open", "deadline": "2027-05-20T23:59:59+02:00[Europe/Berlin]", "deadline_kind": "fixed"}',NULL);
INSERT INTO "postings" VALUES('owl','{"id": "owl", "title": "Owls at night", "roles": ["phd"], "timezone": "Europe/Berlin", "status": "open", "deadline": "2027-05-09T23:59:59+02:00[Europe/Berlin]", "deadline_kind": "fixed"}',NULL);
CREATE INDEX notices_by_delivery ON notices (delivery);
CREATE INDEX notices_by_state ON notices (state);
CREATE INDEX notices_by_posting ON notices (posting);
CREATE INDEX notices_by_original ON notices (original, revision);
COMMIT;
