REASSIGN OWNED BY "legacy" TO "heir";
DROP ROLE "legacy";
