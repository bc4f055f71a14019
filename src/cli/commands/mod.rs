//! One file per command: its flags and `run`.

pub mod completion;
pub mod decrypt;
pub mod demo;
pub mod edit;
pub mod encrypt;
pub mod exec_env;
pub mod exec_file;
pub mod export;
pub mod filestatus;
pub mod groups;
pub mod init;
pub mod keygen;
pub mod man;
pub mod recipients;
pub mod render;
pub mod rotate;
pub mod run;
pub mod set;
pub mod unset;
pub mod updatekeys;
