public import HashRing

extension PartitionCount {
    public func partition(of address: Address) -> PartitionIndex { partition(ofHash: address.hash) }
    public func partition(of account: AccountID) -> PartitionIndex { partition(ofHash: account.partitionHash) }
}
