//! Keys of services, with the services running: ours and the real sops beside each other.

mod aws;
mod harness;
mod servers;
