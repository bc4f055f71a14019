//! The least of an HTTP client: what sets up the services, and tries the server itself.

use super::message::{chunks, exactly, line, number};
use serde_json::Value;
use std::io::{BufReader, Error, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Response {
    /// The body of a call that must have worked.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert!((200..300).contains(&self.status), "status {}: {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection to a port of loopback.
pub fn connect(port: u16) -> std::io::Result<TcpStream> {
    let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    Ok(socket)
}

/// Sends one request, the last of its connection, and reads the response: `ask(connect(port)?, "GET /", &[], b"")`.
pub fn ask(
    mut wire: impl Read + Write,
    what: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Response> {
    let mut head = format!("{what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    wire.write_all(&[head.as_bytes(), body].concat())?;
    wire.flush()?;
    response(wire)?.ok_or_else(|| Error::other("the connection ended"))
}

fn response(wire: impl Read) -> std::io::Result<Option<Response>> {
    let mut wire = BufReader::new(wire);
    let Some(first) = line(&mut wire).map_err(Error::other)? else { return Ok(None) };
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| Error::other(format!("not a status line: {first:?}")))?;
    let (mut length, mut chunked) = (None, false);
    loop {
        let Some(line) = line(&mut wire).map_err(Error::other)? else { return Ok(None) };
        match line.to_ascii_lowercase().split_once(": ") {
            None => break,
            Some(("content-length", value)) => length = Some(number(value, 10).map_err(Error::other)?),
            Some(("transfer-encoding", "chunked")) => chunked = true,
            Some(_) => {}
        }
    }
    let body = match length {
        _ if chunked => chunks(&mut wire).map_err(Error::other)?,
        Some(length) => exactly(&mut wire, length).map_err(Error::other)?,
        None => {
            let mut body = Vec::new();
            wire.read_to_end(&mut body)?;
            Some(body)
        }
    };
    Ok(body.map(|body| Response { status, body }))
}
