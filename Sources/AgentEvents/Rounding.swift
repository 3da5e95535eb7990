/// `value * factor / divisor`, rounded half to even, with the product in 128 bits.
///
/// `nil` where the result does not fit 64 bits. `divisor` is above 0.
package func roundedHalfEven(_ value: Int64, times factor: Int64, over divisor: Int64) -> Int64? {
    precondition(divisor > 0)
    return roundedHalfEven(Int128(value) * Int128(factor), over: Int128(divisor))
}

/// `numerator / divisor`, rounded half to even; `nil` where it does not fit 64 bits.
package func roundedHalfEven(_ numerator: Int128, over divisor: Int128) -> Int64? {
    var (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: divisor)
    if remainder < 0 {
        remainder += divisor
        quotient -= 1
    }
    let twice = remainder * 2
    if twice > divisor || (twice == divisor && quotient & 1 == 1) { quotient += 1 }
    return Int64(exactly: quotient)
}
