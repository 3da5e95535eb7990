/// The outline of a shape, in the coordinates of a plot.
struct PathText: Sendable {
    private(set) var text = ""

    /// Goes somewhere without drawing.
    mutating func move(_ x: Double, _ y: Double) { add("M", x: x, y: y) }

    /// Draws a line.
    mutating func line(_ x: Double, _ y: Double) { add("L", x: x, y: y) }

    /// Closes a shape.
    mutating func close() { text += "Z" }

    /// A box.
    mutating func box(x: Double, y: Double, width: Double, height: Double) {
        add("M", x: x, y: y)
        text += "h\(Self.number(width))v\(Self.number(height))h\(Self.number(-width))Z"
    }

    private mutating func add(_ command: String, x: Double, y: Double) {
        text += "\(command)\(Self.number(x)) \(Self.number(y))"
    }

    /// A coordinate rounded to a tenth, which is less than a pixel.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (whole, part) = (tenths.magnitude / 10, tenths.magnitude % 10)
        let sign = tenths < 0 ? "-" : ""
        return part == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(part)"
    }
}
