REVOKE SELECT ("i""); --") ON TABLE "a.b"."T"".""x" FROM "r""eader";
GRANT SELECT ("a, b) ON TABLE x TO PUBLIC; --", "e\f", "g'h") ON TABLE "a.b"."T"".""x" TO "r""eader";
