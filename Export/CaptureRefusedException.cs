namespace OnnxInit.Export;

/// <summary>
/// The code of a <c>forward</c> does something that no graph can express, or that would be frozen silently. Nothing was written.
/// The message says the module, the method, the file and line, what was seen and what to write instead.
/// </summary>
/// <param name="message">All of it.</param>
public sealed class CaptureRefusedException(string message) : Exception(message)
{
    /// <summary>The dotted path of the module whose code it is; empty for the model itself.</summary>
    public string ModulePath { get; init; } = string.Empty;

    /// <summary>The source file, where the code's PDB tells; null otherwise.</summary>
    public string? File { get; init; }

    /// <summary>The line in <see cref="File"/>; 0 where unknown.</summary>
    public int Line { get; init; }
}
