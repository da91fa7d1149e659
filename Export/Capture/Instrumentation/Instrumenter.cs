using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Keeps what was generated, for all exports of the process.</summary>
/// <param name="origins">Tells whose code something is.</param>
internal sealed class Instrumenter(CodeOrigins origins)
{
    private readonly ConcurrentDictionary<MethodKey, Lazy<InstrumentedBody>> _bodies = [];
    private readonly ConcurrentDictionary<(MethodKey Callee, short Code, Type? Constrained), Lazy<CallThunk?>> _thunks = [];

    /// <summary>The one of the process.</summary>
    public static Instrumenter Shared { get; } = new(new CodeOrigins());

    /// <summary>Decides what becomes of calls.</summary>
    public CallRoutes Routes { get; } = new(origins);

    /// <summary>The thunks made so far.</summary>
    public IEnumerable<CallThunk> Thunks => _thunks.Values.Select(thunk => thunk.Value).OfType<CallThunk>();

    /// <summary>The instrumented body of a method.</summary>
    /// <param name="method">A closed method.</param>
    /// <returns>The same each time.</returns>
    public InstrumentedBody Body(MethodBase method) =>
        _bodies.GetOrAdd(MethodKey.Of(method), static (_, made) => new(() => new InstrumentedBody(made.method, made.Item2)), (method, this)).Value;

    /// <summary>The thunk that a call goes through.</summary>
    /// <param name="callee">What the code calls.</param>
    /// <param name="code">By <c>call</c>, <c>callvirt</c> or <c>newobj</c>.</param>
    /// <param name="constrained">The type of a <c>constrained.</c> prefix, or null.</param>
    /// <returns>The same each time; null if the call stays as it is.</returns>
    public CallThunk? Thunk(MethodBase callee, OpCode code, Type? constrained) => _thunks.GetOrAdd(
        (MethodKey.Of(callee), code.Value, constrained),
        static (_, made) => new(() => CallThunk.Create(made.Item4, made.callee, made.code, made.constrained)),
        (callee, code, constrained, this)).Value;
}
