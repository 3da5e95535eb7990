import EventStorage
import Rollups

/// The cells of a snapshot, folded when they are first asked for.
final class CellCache {
    private var fold: CellFold?

    func fold(of snapshot: some StoreSnapshot) throws -> CellFold {
        if let fold { return fold }
        let made = try CellFold(of: snapshot)
        fold = made
        return made
    }
}
