BEGIN TRANSACTION;
CREATE TABLE confirmations (
	version_id INTEGER NOT NULL, 
	clause_id VARCHAR(200) NOT NULL, 
	concept_id VARCHAR(200) NOT NULL, 
	verdict VARCHAR(10) NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_confirmations PRIMARY KEY (version_id, clause_id, concept_id), 
	CONSTRAINT ck_confirmations_verdict_known CHECK (verdict IN ('added', 'dropped', 'confirmed')), 
	CONSTRAINT fk_confirmations_version_id_versions FOREIGN KEY(version_id) REFERENCES versions (id) ON DELETE CASCADE
);
INSERT INTO "confirmations" VALUES(2,'hacking','malware','confirmed','local','2026-11-28 20:29:03.333203');
CREATE TABLE examples (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	policy_id VARCHAR(80) NOT NULL, 
	version_id INTEGER, 
	clause_id VARCHAR(200), 
	hard INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	origin VARCHAR(80) NOT NULL, 
	created DATETIME NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT ck_examples_hard_bool CHECK (hard IN (0, 1)), 
	CONSTRAINT fk_examples_policy_id_policies FOREIGN KEY(policy_id) REFERENCES policies (id) ON DELETE CASCADE, 
	CONSTRAINT fk_examples_version_id_versions FOREIGN KEY(version_id) REFERENCES versions (id) ON DELETE CASCADE
);
INSERT INTO "examples" VALUES(1,'my-rules',2,'hacking',0,'656e672100f0030aa74f0f5e51aacaba61d8bf02736166ee0efb8953e643c5bb','typed','2026-11-28 20:29:03.326067','Break into a phone');
INSERT INTO "examples" VALUES(2,'my-rules',2,NULL,0,'7fb1f1e4c1b9b2831fd591e44b698483a3ea5295166e6a33b24f24e3244add04','typed','2026-11-28 20:29:03.326067','Soup – ‘as ever’');
INSERT INTO "examples" VALUES(3,'my-rules',NULL,NULL,1,'9d5ac1df1d771e98cbde498ec9377afd08f1fed54e2f9f74eae25cdbf9309115','typed','2026-11-28 20:29:03.329147','For all');
CREATE TABLE fitted (
	version_id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_fitted PRIMARY KEY (version_id, name), 
	CONSTRAINT fk_fitted_version_id_versions FOREIGN KEY(version_id) REFERENCES versions (id) ON DELETE CASCADE
);
INSERT INTO "fitted" VALUES(2,'scorer.npz','k',X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9FA0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFC0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDFE0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF');
CREATE TABLE journal (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at DATETIME NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	what VARCHAR(40) NOT NULL, 
	policy_id VARCHAR(80) NOT NULL, 
	version VARCHAR(10), 
	detail TEXT NOT NULL
);
INSERT INTO "journal" VALUES(1,'2026-11-28 20:29:03.274590','ann','add','my-rules','2025-01-01','4 clauses, SHA-256 001145d0c12fad1ed15884fb58066744a88678137d891a94fd816e94a390a282');
INSERT INTO "journal" VALUES(2,'2026-11-28 20:29:03.298461','ann','add','my-rules','2026-01-01','4 clauses, SHA-256 a502ea9f8d61466f34bda5c2571fc6c0a2f0af700cbce254f74f81095eddfe0a');
INSERT INTO "journal" VALUES(3,'2026-11-28 20:29:03.306698','bob','add','other-rules','undated','4 clauses, SHA-256 001145d0c12fad1ed15884fb58066744a88678137d891a94fd816e94a390a282');
INSERT INTO "journal" VALUES(4,'2026-11-28 20:29:03.318894','bob','edit','my-rules','2026-01-01','revision 2: 2 edits, 3 clauses');
INSERT INTO "journal" VALUES(5,'2026-11-28 20:29:03.326946','local','add examples','my-rules','2026-01-01','2 examples');
INSERT INTO "journal" VALUES(6,'2026-11-28 20:29:03.329845','local','add examples','my-rules','2026-01-01','1 examples');
INSERT INTO "journal" VALUES(7,'2026-11-28 20:29:03.333907','local','confirm','my-rules','2026-01-01','confirmed malware of hacking');
INSERT INTO "journal" VALUES(8,'2026-11-28 20:29:03.337903','local','pair','my-rules','2026-01-01','confirmed hacking and x of other-rules@undated');
CREATE TABLE pairings (
	before_version_id INTEGER NOT NULL, 
	after_version_id INTEGER NOT NULL, 
	before_clause_id VARCHAR(200) NOT NULL, 
	after_clause_id VARCHAR(200) NOT NULL, 
	verdict VARCHAR(10) NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_pairings PRIMARY KEY (before_version_id, after_version_id, before_clause_id, after_clause_id), 
	CONSTRAINT ck_pairings_verdict_known CHECK (verdict IN ('confirmed', 'rejected')), 
	CONSTRAINT fk_pairings_after_version_id_versions FOREIGN KEY(after_version_id) REFERENCES versions (id) ON DELETE CASCADE, 
	CONSTRAINT fk_pairings_before_version_id_versions FOREIGN KEY(before_version_id) REFERENCES versions (id) ON DELETE CASCADE
);
INSERT INTO "pairings" VALUES(2,3,'hacking','x','confirmed','local','2026-11-28 20:29:03.337432');
CREATE TABLE parts (
	version_id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT pk_parts PRIMARY KEY (version_id, name), 
	CONSTRAINT fk_parts_version_id_versions FOREIGN KEY(version_id) REFERENCES versions (id) ON DELETE CASCADE
);
CREATE TABLE policies (
	id VARCHAR(80) NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_policies PRIMARY KEY (id)
);
INSERT INTO "policies" VALUES('my-rules','2026-11-28 20:29:03.272824');
INSERT INTO "policies" VALUES('other-rules','2026-11-28 20:29:03.306126');
CREATE TABLE policy_index_schema (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT policy_index_schema_pkc PRIMARY KEY (version_num)
);
INSERT INTO "policy_index_schema" VALUES('0001');
CREATE TABLE versions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	policy_id VARCHAR(80) NOT NULL, 
	version VARCHAR(10) NOT NULL, 
	publisher VARCHAR(500) NOT NULL, 
	title VARCHAR(500) NOT NULL, 
	url VARCHAR(2000) NOT NULL, 
	superseded INTEGER NOT NULL, 
	dialect VARCHAR(40) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	clauses INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	stamp INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	marks TEXT NOT NULL, 
	edits TEXT NOT NULL, 
	source TEXT NOT NULL, 
	CONSTRAINT ck_versions_revision_positive CHECK (revision >= 1), 
	CONSTRAINT ck_versions_superseded_bool CHECK (superseded IN (0, 1)), 
	CONSTRAINT fk_versions_policy_id_policies FOREIGN KEY(policy_id) REFERENCES policies (id) ON DELETE CASCADE, 
	CONSTRAINT uq_versions_policy_id_version UNIQUE (policy_id, version)
);
INSERT INTO "versions" VALUES(1,'my-rules','2025-01-01','Me','Rules','https://example.org/rules',0,'outline','001145d0c12fad1ed15884fb58066744a88678137d891a94fd816e94a390a282',4,1,2,'2026-11-28 20:29:03.272824','{}','{"schema": 1, "edits": []}
','# Rules

Be kind to everyone.

* You must not send spam.
* You must not run scams.
* You must not hack others.
');
INSERT INTO "versions" VALUES(2,'my-rules','2026-01-01','Me','Rules','https://example.org/rules',0,'outline','a502ea9f8d61466f34bda5c2571fc6c0a2f0af700cbce254f74f81095eddfe0a',3,2,5,'2026-11-28 20:29:03.297888','{}','{"schema": 1, "edits": [
 {"edit": "rename", "clause": [26, 51], "id": "hacking"},
 {"edit": "drop", "clause": [9, 22]}
]}
','# Rules

Be very kind.

* You must not hack others.
* You must not send spam.
* You must not spy on people.
');
INSERT INTO "versions" VALUES(3,'other-rules','undated','Me','Rules','https://example.org/rules',0,'outline','001145d0c12fad1ed15884fb58066744a88678137d891a94fd816e94a390a282',4,1,1,'2026-11-28 20:29:03.306126','{}','{"schema": 1, "edits": []}
','# Rules

Be kind to everyone.

* You must not send spam.
* You must not run scams.
* You must not hack others.
');
CREATE INDEX ix_examples_version_id ON examples (version_id);
CREATE UNIQUE INDEX ux_examples_scope_digest ON examples (policy_id, coalesce(version_id, 0), digest);
CREATE INDEX ix_pairings_after_version_id ON pairings (after_version_id);
CREATE INDEX ix_journal_policy_id_version ON journal (policy_id, version);
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
COMMIT;
