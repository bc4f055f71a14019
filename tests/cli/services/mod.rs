//! Keys of services, with the services running: ours and the real sops beside each other.

mod gcp;
mod azure;
mod harness;
mod huawei;
mod kinds;
mod pgp;
mod servers;
mod vault;
mod keyservice;
