namespace OnnxInit.Export.Graph;

/// <summary>Where an operation came from, for people who read the graph and for messages.</summary>
/// <param name="ModulePath">The dotted path of the module in whose code it was called; empty for the model itself.</param>
/// <param name="Operation">TorchSharp's name for it: a module type (<c>Conv2d</c>) or a function (<c>add</c>).</param>
/// <param name="Source">The source line, <c>ResNet.cs:42</c>; null where unknown.</param>
public sealed record Origin(string ModulePath, string Operation, string? Source = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(ModulePath.Length == 0 ? Operation : $"{ModulePath} ({Operation})")}{(Source is null ? string.Empty : $", {Source}")}";
}
