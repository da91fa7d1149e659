namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>What a thread records while it runs instrumented code.</summary>
/// <param name="recorder">What is told of every call.</param>
/// <param name="leafModules">Types of the user's modules whose <c>forward</c> is reported as a whole.</param>
internal sealed class Recording(CallRecorder recorder, IReadOnlySet<Type>? leafModules)
{
    [ThreadStatic]
    private static Recording? _current;

    /// <summary>That of this thread; null outside of a run.</summary>
    public static Recording? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>What is told of every call.</summary>
    public CallRecorder Recorder { get; } = recorder;

    /// <summary>Whether a <c>forward</c> of this object is reported as a whole.</summary>
    /// <param name="receiver">The module, or null.</param>
    /// <returns>True if its type is one of them.</returns>
    public bool IsLeafModule(object? receiver) => leafModules is not null && receiver is not null && leafModules.Contains(receiver.GetType());
}
