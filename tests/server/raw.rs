//! A connection of octets, for what no HTTP client would send or tell.

use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends octets to an issuer, and gives all that comes until the connection ends.
pub fn send(url: &str, octets: &str) -> String {
    let mut socket = open(url);
    socket.write_all(octets.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A connection that is cut may end with an error.
    let _ = socket.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}

pub fn open(url: &str) -> TcpStream {
    TcpStream::connect(authority(url)).unwrap()
}

/// Host and port.
pub fn authority(url: &str) -> &str {
    url.strip_prefix("http://").unwrap()
}

/// A GET after which the connection ends.
pub fn get(url: &str, path: &str) -> String {
    let host = authority(url);
    send(url, &format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"))
}

pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap_or_else(|| panic!("{answer}")).parse().unwrap()
}

pub fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

/// The value of a header field.
pub fn field<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap();
    head.lines().skip(1).find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}
