namespace OnnxInit.Export;

/// <summary>A model holds modules that cannot be translated. Nothing was written; no layer was skipped.</summary>
/// <param name="message">Every such module at once, and what to do.</param>
public sealed class UnsupportedModuleException(string message) : Exception(message);
