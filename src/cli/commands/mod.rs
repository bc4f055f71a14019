//! One file per command: its flags and `run`.

pub mod check;
pub mod completion;
pub mod decrypt;
pub mod demo;
pub mod diff;
pub mod edit;
pub mod encrypt;
pub mod exec_env;
pub mod exec_file;
pub mod export;
pub mod filestatus;
pub mod git_setup;
pub mod groups;
pub mod init;
pub mod keygen;
pub mod man;
pub mod merge;
pub mod recipients;
pub mod render;
pub mod rotate;
pub mod run;
pub mod set;
pub mod textconv;
pub mod unset;
pub mod updatekeys;
pub mod view;
