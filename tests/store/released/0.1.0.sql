-- As Callboard 0.1.0 wrote it: two rounds, `callboard tick --at 2027-04-20T12:00:00Z` and `--at 2027-05-02T12:00:00Z`, with both platforms
-- emulated, over owl (until 2027-05-09), newt (until 2027-05-20) and mouse (rolling), lead times [7d, 1d]; dumped by sqlite3.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
	reason TEXT, 
	PRIMARY KEY ("key")
);
INSERT INTO "notices" VALUES('lab-telegram/owl/announcement','lab-telegram/owl/announcement','lab-telegram','telegram','owl','announcement',NULL,'delivered','2027-04-20T12:00:01.360301Z',1,NULL,'-1001234567890/101',NULL);
INSERT INTO "notices" VALUES('lab-slack/owl/announcement','lab-slack/owl/announcement','lab-slack','slack','owl','announcement',NULL,'delivered','2027-04-20T12:00:01.379325Z',1,NULL,'C0123456789/1796052093.449221',NULL);
INSERT INTO "notices" VALUES('lab-slack/newt/announcement','lab-slack/newt/announcement','lab-slack','slack','newt','announcement',NULL,'delivered','2027-04-20T12:00:02.258047Z',1,NULL,'C0123456789/1796052094.327270',NULL);
INSERT INTO "notices" VALUES('lab-telegram/newt/announcement','lab-telegram/newt/announcement','lab-telegram','telegram','newt','announcement',NULL,'delivered','2027-04-20T12:00:02.262333Z',1,NULL,'-1001234567890/102',NULL);
INSERT INTO "notices" VALUES('lab-slack/mouse/announcement','lab-slack/mouse/announcement','lab-slack','slack','mouse','announcement',NULL,'delivered','2027-04-20T12:00:03.266134Z',1,NULL,'C0123456789/1796052095.336610',NULL);
INSERT INTO "notices" VALUES('lab-telegram/mouse/announcement','lab-telegram/mouse/announcement','lab-telegram','telegram','mouse','announcement',NULL,'delivered','2027-04-20T12:00:03.277779Z',1,NULL,'-1001234567890/103',NULL);
INSERT INTO "notices" VALUES('lab-telegram/owl/reminder/7d/2027-05-09T21:59:59Z','lab-telegram/owl/reminder/7d/2027-05-09T21:59:59Z','lab-telegram','telegram','owl','reminder','7d','delivered','2027-05-02T12:00:00.736874Z',1,NULL,'-1001234567890/104',NULL);
INSERT INTO "notices" VALUES('lab-slack/owl/reminder/7d/2027-05-09T21:59:59Z','lab-slack/owl/reminder/7d/2027-05-09T21:59:59Z','lab-slack','slack','owl','reminder','7d','delivered','2027-05-02T12:00:00.743091Z',1,NULL,'C0123456789/1796052097.199117',NULL);
CREATE INDEX notices_by_delivery ON notices (delivery);
CREATE INDEX notices_by_state ON notices (state);
COMMIT;
