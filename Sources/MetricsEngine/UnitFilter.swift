import AgentEvents
import EventStorage
import Rollups

/// The filters of a query as codes, for units of one level.
struct UnitFilter: Sendable {
    private var conditions: [(dimension: Dimension, codes: Set<Int64>)] = []

    /// Looks the names up.
    ///
    /// Filters on what units of the level do not have are left out. Metrics never meet that case,
    /// since they are left out themselves; counts of quality do.
    init(_ filters: [MetricFilter], level: MetricLevel, names: any StoreSnapshot) throws {
        for filter in filters where level.carries(filter.dimension) {
            var codes: Set<Int64> = []
            for value in filter.values {
                if let code = try Self.code(of: value, filter.dimension, names) {
                    codes.insert(code)
                }
            }
            conditions.append((filter.dimension, codes))
        }
    }

    /// Whether a unit passes all filters.
    func passes(_ unit: some DimensionedUnit) -> Bool {
        conditions.allSatisfy { $0.codes.contains(unit.code(of: $0.dimension)) }
    }

    /// `nil` for a value that nothing has.
    private static func code(
        of value: String?,
        _ dimension: Dimension,
        _ names: any StoreSnapshot
    ) throws -> Int64? {
        guard let value else { return 0 }
        if let kind = dimension.nameKind {
            return try names.nameIndex(kind, value).map { Int64($0.rawValue) }
        }
        switch dimension {
        case .error:
            return ErrorClass.allCases.first { $0.name == value }.map { Int64($0.rawValue) }
        case .outcome:
            return RequestOutcome.allCases.first { $0.name == value }.map { Int64($0.code) }
        default: return nil
        }
    }
}
