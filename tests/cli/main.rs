//! The program as its users run it: every test starts the real binary in a sandbox, and the interop tests start
//! the real sops and rops beside it. `tests/run` installs those.

mod support;

mod batch;
mod bounds;
mod canary;
mod commands;
mod corpus;
mod decrypt;
mod drop_in;
mod edit;
mod encrypt;
mod errors;
mod exec_env;
mod exec_file;
mod export;
mod filestatus;
mod fixtures;
mod generated;
mod git;
mod groups;
mod interop;
mod masking;
mod pipelines;
mod recipients;
mod resave;
mod rops;
mod rotate;
mod run;
mod services;
mod set;
mod streams;
mod suites;
mod tamper;
mod trust;
mod updatekeys;
mod vectors;
