//! How snapshots encode plain values.

use crate::issuer::codec::bytes::{Reader, Writer};

use super::claims::{ClaimValue, MAX_DEPTH};

impl ClaimValue {
    /// Writes the value into a record.
    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Null => {
                writer.u8(0);
            }
            Self::Bool(value) => {
                writer.u8(1).bool(*value);
            }
            Self::Integer(value) => {
                writer.u8(2).i64(*value);
            }
            Self::Number(value) => {
                writer.u8(3).u64(value.to_bits());
            }
            Self::String(text) => {
                writer.u8(4).str(text);
            }
            Self::Array(items) => {
                writer.u8(5).u32(length(items.len()));
                for item in items {
                    item.write(writer);
                }
            }
            Self::Object(members) => {
                writer.u8(6);
                write_members(members, writer);
            }
        }
    }

    /// Reads what [`ClaimValue::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Self::read_within(reader, MAX_DEPTH)
    }

    fn read_within(reader: &mut Reader<'_>, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        Some(match reader.u8()? {
            0 => Self::Null,
            1 => Self::Bool(reader.bool()?),
            2 => Self::Integer(reader.i64()?),
            3 => Self::Number(f64::from_bits(reader.u64()?)),
            4 => Self::String(reader.string()?),
            5 => {
                let mut items = Vec::new();
                for _ in 0..reader.u32()? {
                    items.push(Self::read_within(reader, depth)?);
                }
                Self::Array(items)
            }
            6 => Self::Object(read_members(reader, depth)?),
            _ => return None,
        })
    }
}

fn write_members(members: &[(String, ClaimValue)], writer: &mut Writer) {
    writer.u32(length(members.len()));
    for (name, value) in members {
        writer.str(name);
        value.write(writer);
    }
}

fn read_members(reader: &mut Reader<'_>, depth: usize) -> Option<Vec<(String, ClaimValue)>> {
    let mut members = Vec::new();
    for _ in 0..reader.u32()? {
        members.push((reader.string()?, ClaimValue::read_within(reader, depth)?));
    }
    Some(members)
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
