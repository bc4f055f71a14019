//! The key service of sops: each of ours and the real one as client and as server.

mod asking;
mod exchange;
mod flags;
mod frames;
mod hostile_clients;
mod hostile_services;
mod kinds;
mod socket;

use crate::support::outcome::Outcome;
use crate::support::running::Running;
use crate::support::sandbox::{Program, Sandbox, identity, recipient};
use crate::support::tools;
use nix::sys::signal::Signal;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;

/// Either program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Who {
    Ours,
    Sops,
}

const BOTH: [Who; 2] = [Who::Ours, Who::Sops];

/// A key service at work; killed when it is dropped.
pub struct Service {
    running: Option<Running>,
    /// For `--keyservice`.
    pub uri: String,
}

impl Service {
    /// Ours on a unix socket, with the keys of these people, and a line for each request.
    pub fn ours(sandbox: &Sandbox, name: &str, people: &[&str], more: &[&str]) -> Service {
        let socket = sandbox.path(name);
        let args = ["keyservice", "--network", "unix", "--verbose", "--address"].map(str::to_owned);
        let args = args.into_iter().chain([socket.display().to_string()]);
        let program = sandbox.sops_rs(args.chain(more.iter().map(|arg| (*arg).to_owned())));
        Service::listening(with_keys(program, people))
    }

    /// Ours on a free port of loopback.
    pub fn ours_on_tcp(sandbox: &Sandbox, people: &[&str]) -> Service {
        let args = ["keyservice", "--address", "127.0.0.1:0"];
        Service::listening(with_keys(sandbox.sops_rs(args), people))
    }

    /// A server of ours that says where it listens.
    pub fn listening(program: Program) -> Service {
        let mut running = program.start();
        let line = running.error_line();
        let uri = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        Service { running: Some(running), uri }
    }

    /// The real sops.
    pub fn sops(sandbox: &Sandbox, network: &str, people: &[&str]) -> Service {
        let address = match network {
            "unix" => sandbox.path("sops.sock").display().to_string(),
            _ => format!("127.0.0.1:{}", free_port()),
        };
        let args = ["keyservice", "--network", network, "--address", &address];
        let program = with_keys(sandbox.program(&tools::sops(tools::SOPS), args), people);
        Service::connectable(program, network, &address)
    }

    /// A server that does not say where it listens.
    pub fn connectable(program: Program, network: &str, address: &str) -> Service {
        let mut running = program.start();
        running.until("it listens", |_| match network {
            "unix" => UnixStream::connect(address).is_ok(),
            _ => TcpStream::connect(address).is_ok(),
        });
        Service { running: Some(running), uri: format!("{network}://{address}") }
    }

    pub fn running(&mut self) -> &mut Running {
        self.running.as_mut().expect("it runs")
    }

    /// Ends it as a service manager does.
    pub fn end(mut self) -> Outcome {
        let running = self.running.take().expect("it runs");
        running.signal(Signal::SIGTERM);
        running.end()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.signal(Signal::SIGKILL);
            running.end();
        }
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn with_keys(program: Program, people: &[&str]) -> Program {
    let keys: Vec<String> = people.iter().map(|who| identity(who)).collect();
    program.without("SOPS_AGE_KEY_FILE").env("SOPS_AGE_KEY", keys.join("\n"))
}

/// Runs a program without any key of its own.
pub fn keyless(sandbox: &Sandbox, who: Who, args: &[&str]) -> Outcome {
    let program = match who {
        Who::Ours => sandbox.sops_rs(args),
        Who::Sops => sandbox.program(&tools::sops(tools::SOPS), args),
    };
    program.without("SOPS_AGE_KEY_FILE").run()
}

/// A file that is encrypted for these people.
pub fn sealed_for(sandbox: &Sandbox, people: &[&str]) -> &'static str {
    let recipients: Vec<String> = people.iter().map(|who| recipient(who)).collect();
    sandbox.write("plain.yaml", PLAIN);
    sandbox.run(["encrypt", "--age", &recipients.join(","), "--output", "sealed.yaml", "plain.yaml"]).ok();
    "sealed.yaml"
}

pub const PLAIN: &str = "user: app\npassword: hunter2\n";
