namespace OnnxInit.Export;

/// <summary>The exported model does not compute what the model does. Nothing was written. The message names the first operation whose value differs, its module and source line.</summary>
/// <param name="message">All of it.</param>
public sealed class ExportMismatchException(string message) : Exception(message);
