namespace OnnxInit.Export.Graph.Operators;

/// <summary>How often an input or output occurs.</summary>
internal enum ParameterKind
{
    /// <summary>Once.</summary>
    Required,

    /// <summary>Once or not at all.</summary>
    Optional,

    /// <summary>Once or more; the last of its list.</summary>
    Variadic,
}
