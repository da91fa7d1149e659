namespace OnnxInit.Contracts;

/// <summary>
/// Something that a person supplied - a file, a folder, a specification, an option - is not what it must be. The message
/// says what happened, where, what was expected against what was found, and what to do; it is meant to be shown as it is.
/// </summary>
/// <param name="message">The whole message, one or two sentences.</param>
/// <param name="innerException">The failure below, where there is one.</param>
public class InvalidInputException(string message, Exception? innerException = null) : Exception(message, innerException);
