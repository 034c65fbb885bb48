//! Integers: `5`, `-1`, `0x1f`, and sizes with a suffix: `1.5G`.

/// Why a word is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It does not look like one.
    Malformed,
    /// It has a suffix, where there is none to be had.
    Suffix,
    /// It is no whole number.
    Fraction,
    /// No integer is that large.
    Overflow,
}

/// The suffixes of sizes: each is 1024 times the one before.
const SUFFIXES: &str = "BKMGTPE";

/// The integer that `word` is. A suffix multiplies with a power of 1024, as in QEMU's own options:
/// B, K, M, G, T, P or E, of either case. Only with a suffix may there be a fraction, and only one
/// that is exact.
pub(super) fn parse(word: &str, is_size: bool) -> Result<i128, Fault> {
    let (is_negative, digits) = match word.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, word),
    };
    let magnitude = magnitude(digits, is_size)?;
    Ok(if is_negative { -magnitude } else { magnitude })
}

fn magnitude(word: &str, is_size: bool) -> Result<i128, Fault> {
    if let Some(digits) = word.strip_prefix("0x").or(word.strip_prefix("0X")) {
        return number(digits, 16);
    }
    let last = word.chars().next_back().ok_or(Fault::Malformed)?;
    let Some(power) = SUFFIXES.find(last.to_ascii_uppercase()) else {
        return match word.split_once('.') {
            Some((whole, fraction)) => {
                number(whole, 10).and(number(fraction, 10))?;
                Err(Fault::Fraction)
            }
            None => number(word, 10),
        };
    };
    let word = word.get(..word.len() - 1).unwrap_or_default();
    let (whole, fraction) = word.split_once('.').unwrap_or((word, "0"));
    let (whole, _) = (number(whole, 10)?, number(fraction, 10).or_else(too_exact)?);
    if !is_size {
        return Err(Fault::Suffix);
    }
    let unit = 1_i128 << (10 * power);
    let whole = whole.checked_mul(unit).ok_or(Fault::Overflow)?;
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        return Ok(whole);
    }
    let parts = number(fraction, 10).map_err(|_| Fault::Fraction)?;
    let all = u32::try_from(fraction.len()).ok();
    let all = all.and_then(|digits| 10_i128.checked_pow(digits));
    let (parts, all) = parts
        .checked_mul(unit)
        .zip(all)
        .filter(|(parts, all)| parts % all == 0)
        .ok_or(Fault::Fraction)?;
    whole.checked_add(parts / all).ok_or(Fault::Overflow)
}

/// A fraction may have more digits than an integer.
fn too_exact(fault: Fault) -> Result<i128, Fault> {
    match fault {
        Fault::Overflow => Ok(0),
        fault => Err(fault),
    }
}

/// Digits, and nothing else.
fn number(digits: &str, radix: u32) -> Result<i128, Fault> {
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(Fault::Malformed);
    }
    i128::from_str_radix(digits, radix).map_err(|_| Fault::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_decimal_or_hexadecimal() {
        for (word, expected) in [
            ("0", Ok(0)),
            ("-5", Ok(-5)),
            ("007", Ok(7)),
            ("0x1F", Ok(31)),
            ("-0Xff", Ok(-255)),
            ("18446744073709551615", Ok(u64::MAX.into())),
            (
                "999999999999999999999999999999999999999999",
                Err(Fault::Overflow),
            ),
            ("", Err(Fault::Malformed)),
            ("-", Err(Fault::Malformed)),
            ("+5", Err(Fault::Malformed)),
            ("--5", Err(Fault::Malformed)),
            ("0x", Err(Fault::Malformed)),
            ("0x-1", Err(Fault::Malformed)),
            ("5 ", Err(Fault::Malformed)),
            ("five", Err(Fault::Malformed)),
            ("1.5", Err(Fault::Fraction)),
            ("1.", Err(Fault::Malformed)),
            ("١", Err(Fault::Malformed)),
        ] {
            assert_eq!(parse(word, true), expected, "{word}");
            assert_eq!(parse(word, false), expected, "{word}");
        }
    }

    #[test]
    fn sizes_have_suffixes_and_exact_fractions() {
        for (word, expected) in [
            ("1B", Ok(1)),
            ("1k", Ok(1024)),
            ("64M", Ok(64 << 20)),
            ("-1g", Ok(-(1 << 30))),
            ("1.5G", Ok(3 << 29)),
            ("0.5k", Ok(512)),
            ("1.0B", Ok(1)),
            ("2.50K", Ok(2560)),
            ("2T", Ok(2 << 40)),
            ("1p", Ok(1 << 50)),
            ("15E", Ok(15 << 60)),
            (
                "0.0000000000000000000000000000000000000000000000000k",
                Ok(0),
            ),
            ("0.1G", Err(Fault::Fraction)),
            ("0.5B", Err(Fault::Fraction)),
            (
                "0.33333333333333333333333333333333333333333333k",
                Err(Fault::Fraction),
            ),
            (
                "170141183460469231731687303715884105727E",
                Err(Fault::Overflow),
            ),
            ("1KiB", Err(Fault::Malformed)),
            ("k", Err(Fault::Malformed)),
            (".5k", Err(Fault::Malformed)),
            ("5.k", Err(Fault::Malformed)),
            ("0x1k", Err(Fault::Malformed)),
        ] {
            assert_eq!(parse(word, true), expected, "{word}");
        }
        assert_eq!(parse("1k", false), Err(Fault::Suffix));
        assert_eq!(parse("xk", false), Err(Fault::Malformed));
        // Those are digits.
        assert_eq!(parse("0x1b", true), Ok(27));
    }
}
