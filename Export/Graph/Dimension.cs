namespace OnnxInit.Export.Graph;

/// <summary>The size of one axis: a number, or a symbol for what is known at run time only. Axes of one symbol have one size.</summary>
/// <param name="Size">The number; ignored where there is a symbol.</param>
/// <param name="Symbol">The symbol, such as <c>N</c>; null for a number.</param>
public readonly record struct Dimension(long Size, string? Symbol = null)
{
    /// <summary>A number is an axis of that size.</summary>
    /// <param name="size">The size.</param>
    public static implicit operator Dimension(long size) => new(size);

    /// <inheritdoc/>
    public override string ToString() => Symbol ?? Size.ToString();
}
