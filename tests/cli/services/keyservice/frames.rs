//! Just enough of HTTP/2 and gRPC to say things that a key service or a client would not say.

use crate::support::server::Connections;
use std::io::{Read, Write};
use std::net::TcpStream;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const SETTINGS: u8 = 4;
const ACK: u8 = 1;
pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;

pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a small frame").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Header fields as HPACK literals that are neither indexed nor compressed.
pub fn headers(fields: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| {
        let mut length = text.len();
        let mut bytes = vec![u8::try_from(length.min(127)).expect("seven bits")];
        if length >= 127 {
            length -= 127;
            while length >= 128 {
                bytes.push(0x80 | u8::try_from(length % 128).expect("seven bits"));
                length /= 128;
            }
            bytes.push(u8::try_from(length).expect("seven bits"));
        }
        bytes.extend(text.as_bytes());
        bytes
    };
    fields.iter().flat_map(|(name, value)| [vec![0], text(name), text(value)].concat()).collect()
}

/// A message as gRPC frames it.
pub fn message(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("a small message").to_be_bytes();
    [&[0], &length[..], bytes].concat()
}

/// A field of bytes as protobuf writes it.
pub fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len() % 128).expect("seven bits");
    let more = u8::try_from(bytes.len() / 128).expect("a short field");
    let length = if more == 0 { vec![length] } else { vec![0x80 | length, more] };
    [&[number << 3 | 2], &length[..], bytes].concat()
}

/// What a fake service answers.
pub struct Reply {
    /// The body, framed or not.
    pub body: Vec<u8>,
    pub status: u32,
    /// Percent-encoded.
    pub message: String,
}

impl Reply {
    /// The one field of a successful answer.
    pub fn with(bytes: &[u8]) -> Reply {
        Reply { body: message(&field(1, bytes)), status: 0, message: String::new() }
    }

    pub fn refusal(message: String) -> Reply {
        Reply { body: Vec::new(), status: 2, message }
    }
}

/// A key service that answers every call with what `reply` makes of the request's message.
pub fn fake(reply: impl Fn(&[u8]) -> Reply + Send + Sync + 'static) -> Connections {
    Connections::start(move |socket| {
        // A client that has heard enough goes away.
        let _ = converse(socket, &reply);
    })
}

/// For `--keyservice`.
pub fn uri(service: &Connections) -> String {
    format!("tcp://127.0.0.1:{}", service.port())
}

fn converse(mut socket: TcpStream, reply: &impl Fn(&[u8]) -> Reply) -> std::io::Result<()> {
    let mut preface = [0; PREFACE.len()];
    socket.read_exact(&mut preface)?;
    assert_eq!(preface, PREFACE);
    socket.write_all(&frame(SETTINGS, 0, 0, &[]))?;
    let mut body = Vec::new();
    loop {
        let mut header = [0; 9];
        socket.read_exact(&mut header)?;
        let [a, b, c, kind, flags, rest @ ..] = header;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        socket.read_exact(&mut payload)?;
        match kind {
            SETTINGS if flags & ACK == 0 => socket.write_all(&frame(SETTINGS, ACK, 0, &[]))?,
            DATA => {
                body.extend(payload);
                if flags & END_STREAM != 0 {
                    let stream = u32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]);
                    socket.write_all(&answer(stream, &reply(body.get(5..).unwrap_or_default())))?;
                    body.clear();
                }
            }
            _ => {}
        }
    }
}

fn answer(stream: u32, reply: &Reply) -> Vec<u8> {
    let start = headers(&[(":status", "200"), ("content-type", "application/grpc")]);
    let end = headers(&[("grpc-status", &reply.status.to_string()), ("grpc-message", &reply.message)]);
    [
        frame(HEADERS, END_HEADERS, stream, &start),
        frame(DATA, 0, stream, &reply.body),
        frame(HEADERS, END_HEADERS | END_STREAM, stream, &end),
    ]
    .concat()
}
