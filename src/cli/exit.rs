//! Exit codes: sops' numbers where sops has one (spec, cli 2).

pub const GENERIC: u8 = 1;
pub const READ_INPUT: u8 = 2;
/// `check` could not look at the files.
pub const NOT_CHECKED: u8 = 2;
pub const WRITE_OUTPUT: u8 = 3;
/// `help TOPIC` of a topic that is none.
pub const NO_TOPIC: u8 = 3;
pub const DUMP_TREE: u8 = 4;
pub const KMS_CONTEXT: u8 = 6;
/// A path or a value that `set` or `unset` can't take.
pub const INVALID_CHANGE: u8 = 7;
pub const CONFLICTING: u8 = 8;
pub const ENCRYPT_MAC: u8 = 21;
pub const ENCRYPT_TREE: u8 = 23;
pub const DECRYPT_TREE: u8 = 25;
pub const NO_KEYS_TO_CHANGE: u8 = 49;
pub const MAC_MISMATCH: u8 = 51;
pub const BAD_PATH: u8 = 91;
pub const NO_DOCUMENT: u8 = 92;
pub const NO_FILE: u8 = 100;
/// A program is there but can't be started.
pub const NOT_STARTED: u8 = 126;
pub const NO_PROGRAM: u8 = 127;
pub const REPEATED_KEY_TYPE: u8 = 112;
pub const NO_KEY: u8 = 128;
/// `edit` left the file as it was.
pub const UNCHANGED: u8 = 200;
pub const NO_EDITOR: u8 = 201;
pub const ALREADY_ENCRYPTED: u8 = 203;
/// A program was ended by a signal.
pub const KILLED: u8 = 255;
