//! Calendar dates of moments.

use quern_vm::Error;

/// Seconds since 1970-01-01 UTC as `2026-11-20T12:34:56Z`, with milliseconds where there are any.
///
/// The date is that of the proleptic Gregorian calendar. Source: H. Hinnant, "chrono-compatible
/// low-level date algorithms", `civil_from_days`.
///
/// # Errors
/// `ValueError` outside the years 0 to 9999.
pub fn iso(unix: f64) -> Result<String, Error> {
    let millis = (unix * 1000.0).round();
    if !(-62_167_219_200_000.0..253_402_300_800_000.0).contains(&millis) {
        return Err(Error::value_error(format!("time.iso: {unix} is outside the years 0 to 9999")));
    }
    let millis = millis as i64;
    let (days, in_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let (seconds, fraction) = (in_day / 1000, in_day % 1000);
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:03}") };
    Ok(format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}{fraction}Z"))
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        assert_eq!(iso(0.0).ok().as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(iso(951_782_400.5).ok().as_deref(), Some("2000-02-29T00:00:00.500Z"));
        assert_eq!(iso(-1.0).ok().as_deref(), Some("1969-12-31T23:59:59Z"));
        assert!(iso(f64::NAN).is_err() && iso(1e18).is_err());
    }
}
