using System.Reflection;
using TorchSharp;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>What becomes of a call.</summary>
internal enum TargetKind
{
    /// <summary>It is made as it is.</summary>
    Plain,

    /// <summary>It is made as it is, and reported.</summary>
    Leaf,

    /// <summary>The instrumented body runs in its place.</summary>
    Entered,
}

/// <summary>The method that a call reaches after virtual dispatch.</summary>
/// <param name="kind">What becomes of the call.</param>
/// <param name="method">The method.</param>
/// <param name="thunk">The thunk it is called by.</param>
internal sealed class CallTarget(TargetKind kind, MethodBase method, CallThunk thunk)
{
    private readonly bool _isForward = kind == TargetKind.Entered && method.Name == "forward" && typeof(torch.nn.Module).IsAssignableFrom(method.DeclaringType);
    private CallTarget? _leaf;
    private Delegate? _body;
    private bool _seesNothing;

    /// <summary>The method.</summary>
    public MethodBase Method => method;

    /// <summary>Whether the call is reported as a whole.</summary>
    public bool IsLeaf => kind == TargetKind.Leaf;

    /// <summary>Whether it is the user's, or what TorchSharp calls modules by.</summary>
    public bool IsEntered => kind == TargetKind.Entered;

    /// <summary>The target for a receiver: itself, unless the recording takes the receiver's <c>forward</c> as a whole.</summary>
    /// <param name="recording">The thread's recording.</param>
    /// <param name="receiver">The receiver.</param>
    /// <returns>The target.</returns>
    public CallTarget For(Recording recording, object? receiver) =>
        _isForward && recording.IsLeafModule(receiver) ? _leaf ??= new CallTarget(TargetKind.Leaf, method, thunk) : this;

    /// <summary>The instrumented body, made when it is first wanted.</summary>
    /// <param name="recording">The thread's recording.</param>
    /// <param name="site">The call.</param>
    /// <returns>A delegate of <see cref="CallThunk.BodyType"/>; null if the call is to be made as it is.</returns>
    /// <exception cref="CaptureRefusedException">The method cannot be captured.</exception>
    public Delegate? Body(Recording recording, int site)
    {
        if (_body is not null || _seesNothing || kind != TargetKind.Entered)
        {
            return _body;
        }

        var body = thunk.Instrumenter.Body(method);
        if (body.Refusal is { } refusal)
        {
            throw recording.Recorder.Refusal(CallSites.At(site), method, refusal.Seen, refusal.Instead);
        }

        _seesNothing = body.Code is null;
        return _body = body.CreateDelegate(thunk.BodyType);
    }
}
