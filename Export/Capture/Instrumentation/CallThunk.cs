using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>The method that is called in place of another one: it decides, reports, and makes the call.</summary>
internal sealed class CallThunk
{
    private static readonly Lock Gate = new();
    private static CallThunk[] _thunks = new CallThunk[256];
    private static int _count;

    private readonly ConcurrentDictionary<Type, CallTarget> _targets = [];
    private readonly CallTarget _direct;
    private Tuple<Type, CallTarget>? _last;
    private Type? _bodyType;

    private CallThunk(Instrumenter instrumenter, MethodBase named, CallRoute route)
    {
        Instrumenter = instrumenter;
        Callee = named;
        Route = route;
        _direct = new CallTarget(route.Target, route.Callee, this);
        IsGuarded = instrumenter.Routes.IsGuarded(route.Callee);
        Number = Register(this);
        Code = ThunkEmitter.Emit(this);
    }

    /// <summary>What made it.</summary>
    public Instrumenter Instrumenter { get; }

    /// <summary>What the code names.</summary>
    public MethodBase Callee { get; }

    /// <summary>How the target is found.</summary>
    public CallRoute Route { get; }

    /// <summary>Whether the call may have to be refused.</summary>
    public bool IsGuarded { get; }

    /// <summary>The delegate type of the instrumented bodies that it calls. Made when it is wanted: unusual signatures cost a new type.</summary>
    public Type BodyType => _bodyType ??= MethodSignature.Delegate(BodyParameters(Route), MethodSignature.Return(Route.Callee));

    /// <summary>Its number, for its own IL.</summary>
    public int Number { get; }

    /// <summary>Takes what the callee takes, and the number of the call site.</summary>
    public DynamicMethod Code { get; }

    /// <summary>Makes the thunk of a call.</summary>
    /// <param name="instrumenter">Keeps it.</param>
    /// <param name="callee">What the code calls.</param>
    /// <param name="code">By <c>call</c>, <c>callvirt</c> or <c>newobj</c>.</param>
    /// <param name="constrained">The type of a <c>constrained.</c> prefix, or null.</param>
    /// <returns>The thunk; null if the call stays as it is.</returns>
    public static CallThunk? Create(Instrumenter instrumenter, MethodBase callee, OpCode code, Type? constrained)
    {
        var route = instrumenter.Routes.Decide(callee, code, constrained);
        return route.Kind == RouteKind.AsIs ? null : new CallThunk(instrumenter, callee, route);
    }

    /// <summary>The thunk of a number.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The thunk.</returns>
    public static CallThunk At(int number) => Volatile.Read(ref _thunks)[number];

    /// <summary>What a call reaches.</summary>
    /// <param name="recording">The thread's recording.</param>
    /// <param name="receiver">The receiver, if any.</param>
    /// <returns>The target.</returns>
    public CallTarget Target(Recording recording, object? receiver)
    {
        if (Route.Kind != RouteKind.Virtual)
        {
            return _direct.For(recording, receiver);
        }

        var type = receiver!.GetType();
        var last = _last;
        if (last is null || last.Item1 != type)
        {
            if (!_targets.TryGetValue(type, out var target))
            {
                _targets[type] = target = Dispatch(receiver);
            }

            // One object, so that no other thread sees half of it.
            _last = last = Tuple.Create(type, target);
        }

        return last.Item2.For(recording, receiver);
    }

    private CallTarget Dispatch(object receiver)
    {
        if (!Instrumenter.Routes.MayDispatch(receiver.GetType()))
        {
            return _direct;
        }

        var callee = (MethodInfo)Route.Callee;
        var method = callee.IsVirtual ? VirtualDispatch.OnObject(callee, receiver) : callee;
        return new CallTarget(Instrumenter.Routes.KindOf(method, Route.Code), method, this);
    }

    private static Type[] BodyParameters(CallRoute route) => route.Code == OpCodes.Newobj || route.Constrained is null
        ? MethodSignature.Body(route.Callee)
        : [typeof(object), .. MethodSignature.Parameters(route.Callee)];

    private static int Register(CallThunk thunk)
    {
        lock (Gate)
        {
            if (_count == _thunks.Length)
            {
                var larger = new CallThunk[2 * _count];
                _thunks.CopyTo(larger, 0);
                Volatile.Write(ref _thunks, larger);
            }

            _thunks[_count] = thunk;
            return _count++;
        }
    }
}
