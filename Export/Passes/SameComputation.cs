using OnnxInit.Export.Graph;

namespace OnnxInit.Export.Passes;

/// <summary>Nodes are equal that compute the same: operator, inputs and attributes. What they and their results are called does not matter.</summary>
internal sealed class SameComputation : IEqualityComparer<GraphNode>
{
    /// <summary>The comparer.</summary>
    public static readonly SameComputation Comparer = new();

    /// <inheritdoc/>
    public bool Equals(GraphNode? x, GraphNode? y) =>
        x!.OpType == y!.OpType && x.Domain == y.Domain && x.Inputs.SequenceEqual(y.Inputs)
        && x.Outputs.Count == y.Outputs.Count && x.Outputs.Zip(y.Outputs).All(pair => pair.First.Type == pair.Second.Type && (pair.First.Name.Length == 0) == (pair.Second.Name.Length == 0))
        && x.Attributes.Count == y.Attributes.Count && x.Attributes.All(pair => y.Attributes.TryGetValue(pair.Key, out object? other) && AreEqual(pair.Value, other));

    /// <inheritdoc/>
    public int GetHashCode(GraphNode obj)
    {
        HashCode hash = default;
        hash.Add(obj.OpType);
        foreach (string input in obj.Inputs)
        {
            hash.Add(input);
        }

        int attributes = 0;
        foreach ((string name, object value) in obj.Attributes)
        {
            attributes ^= HashCode.Combine(name, value is Array list ? list.Length : value.GetHashCode()); // in any order
        }

        hash.Add(attributes);
        return hash.ToHashCode();
    }

    private static bool AreEqual(object a, object b) => (a, b) switch
    {
        (long[] left, long[] right) => left.AsSpan().SequenceEqual(right),
        (float[] left, float[] right) => left.Select(BitConverter.SingleToInt32Bits).SequenceEqual(right.Select(BitConverter.SingleToInt32Bits)),
        (string[] left, string[] right) => left.AsSpan().SequenceEqual(right),
        (float left, float right) => BitConverter.SingleToInt32Bits(left) == BitConverter.SingleToInt32Bits(right), // 0 is not -0
        _ => a.Equals(b),
    };
}
