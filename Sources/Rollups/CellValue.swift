/// What a cell holds of its units.
///
/// Adding in any order and any partition gives equal values.
package protocol CellValue: Sendable, Equatable {
    static var series: CellSeries { get }

    /// Creates a cell of no units.
    init()

    /// The number of calls or requests; retry events are no units.
    var units: Int64 { get }

    /// Whether no unit and no retry event is left.
    var isEmpty: Bool { get }

    mutating func merge(_ other: Self)

    /// Takes out what was added; gives whether a least or a greatest value has to be looked up with
    /// `takeExtremes`.
    ///
    /// - Throws: `CellError.notContained` where it was not all in.
    mutating func subtract(_ other: Self) throws -> Bool

    /// Sets the least and greatest values from a recount of the same units.
    mutating func takeExtremes(of recount: Self)

    /// Appends the cell as bytes; equal values have equal bytes.
    func encode(into bytes: inout CellBytes)

    /// - Throws: `CellError.malformed`.
    init(from bytes: inout CellReader) throws
}
