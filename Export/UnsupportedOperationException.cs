namespace OnnxInit.Export;

/// <summary>A model holds operations that cannot be lowered. Nothing was written; no layer was skipped.</summary>
/// <param name="message">Every such operation at once, and what to do.</param>
public sealed class UnsupportedOperationException(string message) : Exception(message);
