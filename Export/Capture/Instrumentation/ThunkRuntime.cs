namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>What thunks call.</summary>
internal static class ThunkRuntime
{
    /// <summary>Finds the target of a call.</summary>
    public static CallTarget Target(Recording recording, int thunk, object? receiver) => CallThunk.At(thunk).Target(recording, receiver);

    /// <summary>The instrumented body to run instead; null if the call is to be made.</summary>
    public static Delegate? Body(Recording recording, CallTarget target, int site) => target.Body(recording, site);

    /// <summary>Whether the call is to be reported.</summary>
    public static bool IsLeaf(CallTarget target) => target.IsLeaf;

    /// <summary>Whether the method is the user's, although there may be nothing in it to be seen.</summary>
    public static bool IsEntered(CallTarget target) => target.IsEntered;

    /// <summary>An instrumented body is entered.</summary>
    public static int Enter(Recording recording, CallTarget target, int site, object? receiver) =>
        recording.Recorder.Enter(CallSites.At(site), target.Method, receiver);

    /// <summary>It is left.</summary>
    public static void Leave(Recording recording, int depth) => recording.Recorder.Leave(depth);

    /// <summary>TorchSharp is about to be called.</summary>
    public static void Before(Recording recording, CallTarget target, int site, object?[] arguments) =>
        recording.Recorder.Before(CallSites.At(site), target.Method, arguments);

    /// <summary>It was called.</summary>
    public static void After(Recording recording, CallTarget target, int site, object?[] arguments, object? result) =>
        recording.Recorder.After(CallSites.At(site), target.Method, arguments, result);

    /// <summary>Refuses a call that would run code unseen.</summary>
    /// <exception cref="CaptureRefusedException">It would.</exception>
    public static void Guard(Recording recording, int thunk, int site, object?[] arguments)
    {
        var callee = CallThunk.At(thunk).Route.Callee;
        var refusal = CodeRefusals.OfCall(callee) ?? CodeRefusals.OfReflection(callee, arguments, CallThunk.At(thunk).Instrumenter.Routes);
        if (refusal is not null)
        {
            throw recording.Recorder.Refusal(CallSites.At(site), null, refusal.Seen, refusal.Instead);
        }
    }
}
