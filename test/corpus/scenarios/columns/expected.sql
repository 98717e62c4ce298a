GRANT SELECT ("one") ON TABLE app.m TO "reader";
GRANT INSERT ("id"), REFERENCES ("id") ON TABLE app.parted TO "clerk";
GRANT SELECT ("id") ON TABLE app.people TO PUBLIC;
GRANT SELECT ("id", "name"), UPDATE ("name") ON TABLE app.people TO "clerk";
GRANT SELECT ("name") ON TABLE app.people TO "reader";
GRANT SELECT ("one") ON TABLE app.v TO "reader";
