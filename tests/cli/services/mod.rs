//! Keys of services, with the services running: ours and the real sops beside each other.

mod gcp;
mod azure;
mod harness;
mod servers;
mod vault;
