import GRDB

extension Row {
    /// The value of a column; as an optional, NULL is `nil`.
    ///
    /// GRDB's subscripts end the program where a value is not as the schema has it, which happens in
    /// a damaged database; this throws.
    func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ index: Int
    ) throws -> Value {
        try decode(atIndex: index)
    }
}
