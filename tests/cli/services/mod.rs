//! Keys of services, with the services running: ours and the real sops beside each other.

mod aws;
mod azure;
mod gate;
mod gcp;
mod harness;
mod huawei;
mod keyservice;
mod kinds;
mod mixed;
mod pgp;
mod servers;
mod vault;
