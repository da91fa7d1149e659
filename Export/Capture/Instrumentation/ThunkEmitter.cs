using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>
/// Writes the IL of a thunk. In C#, for <c>R Callee(A a)</c>:
/// <code>
/// R Thunk(A a, int site)
/// {
///     if (Recording.Current is { } recording)
///     {
///         var target = ThunkRuntime.Target(recording, number, a);
///         if (ThunkRuntime.Body(recording, target, site) is BodyType body)
///         {
///             var depth = ThunkRuntime.Enter(recording, target, site, a);
///             try { return body(a); } finally { ThunkRuntime.Leave(recording, depth); }
///         }
///         if (ThunkRuntime.IsEntered(target)) { return Callee(a); }
///         // Delegates and sequences among the arguments are wrapped here.
///         if (ThunkRuntime.IsLeaf(target))
///         {
///             var arguments = new object[] { a };
///             ThunkRuntime.Before(recording, target, site, arguments);
///             var result = Callee(a);
///             ThunkRuntime.After(recording, target, site, arguments, result);
///             return result;
///         }
///     }
///     return Callee(a);
/// }
/// </code>
/// </summary>
internal sealed class ThunkEmitter
{
    private readonly CallThunk _thunk;
    private readonly CallRoute _route;
    private readonly ThunkWriter _writer;
    private readonly ILGenerator _il;
    private readonly LocalBuilder _recording;
    private readonly LocalBuilder _target;
    private readonly Label _plain;
    private readonly Label _end;

    private ThunkEmitter(CallThunk thunk)
    {
        _thunk = thunk;
        _route = thunk.Route;
        _writer = new ThunkWriter(_route, thunk.Number);
        _il = _writer.IL;
        _recording = _il.DeclareLocal(typeof(Recording));
        _target = _il.DeclareLocal(typeof(CallTarget));
        _plain = _il.DefineLabel();
        _end = _il.DefineLabel();
    }

    private bool MayEnter => _route.Kind == RouteKind.Virtual || _route.Target == TargetKind.Entered;

    private bool MayBeLeaf => _route.Kind == RouteKind.Virtual || _route.Target == TargetKind.Leaf || (MayEnter && _route.Callee.Name == "forward");

    /// <summary>Writes the thunk.</summary>
    /// <param name="thunk">What it is for.</param>
    /// <returns>Its code; the JIT compiles it when it is first called.</returns>
    public static DynamicMethod Emit(CallThunk thunk)
    {
        var emitter = new ThunkEmitter(thunk);
        emitter.Emit();
        return emitter._writer.Code;
    }

    private void Emit()
    {
        _il.Emit(OpCodes.Call, typeof(Recording).GetProperty(nameof(Recording.Current))!.GetMethod!);
        _writer.Store(_recording);
        _writer.Load(_recording);
        _il.Emit(OpCodes.Brfalse, _plain);
        if (_route.Kind == RouteKind.Delegate)
        {
            EmitWrappedDelegate();
        }
        else
        {
            EmitRecorded();
        }

        _il.MarkLabel(_plain);
        _writer.Call();
        _il.MarkLabel(_end);
        if (_writer.Result is not null)
        {
            _writer.Load(_writer.Result);
        }

        _il.Emit(OpCodes.Ret);
    }

    private void EmitWrappedDelegate()
    {
        _writer.LoadArgument(0);
        _writer.LoadNumberAndSite();
        _writer.Helper(typeof(DelegateBridge), nameof(DelegateBridge.Wrap));
        _il.Emit(OpCodes.Castclass, _route.Callee.DeclaringType!);
        _il.Emit(OpCodes.Starg, (short)0);
    }

    private void EmitRecorded()
    {
        if (_route.Kind == RouteKind.Virtual)
        {
            // Without a receiver the call itself throws as it should.
            _writer.LoadReceiver();
            _il.Emit(OpCodes.Brfalse, _plain);
        }

        if (_thunk.IsGuarded)
        {
            var arguments = _writer.BoxArguments();
            _writer.Load(_recording);
            _writer.LoadNumberAndSite();
            _writer.Load(arguments);
            _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Guard));
        }

        if (MayEnter || MayBeLeaf)
        {
            _writer.Load(_recording);
            _il.Emit(OpCodes.Ldc_I4, _thunk.Number);
            _writer.LoadReceiver();
            _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Target));
            _writer.Store(_target);
        }

        if (MayEnter)
        {
            EmitEntered();
        }

        ArgumentWrapping.Emit(_il, _route.Callee, _writer.HasReceiver ? 1 : 0, _writer.LoadNumberAndSite);
        if (MayBeLeaf)
        {
            EmitLeaf();
        }
    }

    private void EmitEntered()
    {
        var body = _il.DeclareLocal(_thunk.BodyType);
        var depth = _il.DeclareLocal(typeof(int));
        var notEntered = _il.DefineLabel();
        LoadReported();
        _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Body));
        _il.Emit(OpCodes.Castclass, _thunk.BodyType);
        _writer.Store(body);
        _writer.Load(body);
        _il.Emit(OpCodes.Brfalse, notEntered);
        if (_writer.IsNew)
        {
            EmitEmptyObject();
        }

        LoadReported();
        if (_writer.IsNew)
        {
            _writer.LoadBoxedResult();
        }
        else
        {
            _writer.LoadReceiver();
        }

        _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Enter));
        _writer.Store(depth);
        _il.BeginExceptionBlock();
        _writer.Load(body);
        EmitBodyCall();
        _il.BeginFinallyBlock();
        _writer.Load(_recording);
        _writer.Load(depth);
        _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Leave));
        _il.EndExceptionBlock();
        _il.Emit(OpCodes.Br, _end);
        _il.MarkLabel(notEntered);

        // Nothing is wrapped for the user: a property that keeps a delegate keeps the one that it was given.
        _writer.Load(_target);
        _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.IsEntered));
        _il.Emit(OpCodes.Brtrue, _plain);
    }

    /// <summary>What <c>newobj</c> gives to the constructor.</summary>
    private void EmitEmptyObject()
    {
        if (_writer.Return.IsValueType)
        {
            _il.Emit(OpCodes.Ldloca, _writer.Result!);
            _il.Emit(OpCodes.Initobj, _writer.Return);
            return;
        }

        _il.Emit(OpCodes.Ldtoken, _writer.Return);
        _writer.Helper(typeof(Type), nameof(Type.GetTypeFromHandle));
        _writer.Helper(typeof(RuntimeHelpers), nameof(RuntimeHelpers.GetUninitializedObject));
        _il.Emit(OpCodes.Castclass, _writer.Return);
        _writer.Store(_writer.Result!);
    }

    private void EmitBodyCall()
    {
        if (_writer.IsNew)
        {
            _il.Emit(_writer.Return.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, _writer.Result!);
        }

        for (var i = 0; i < _writer.Count; i++)
        {
            if (i == 0 && _route.Constrained is not null)
            {
                _writer.LoadReceiver();
            }
            else
            {
                _writer.LoadArgument(i);
            }
        }

        _il.Emit(OpCodes.Callvirt, _thunk.BodyType.GetMethod("Invoke")!);
        if (_writer.Result is not null && !_writer.IsNew)
        {
            _writer.Store(_writer.Result);
        }
    }

    private void EmitLeaf()
    {
        _writer.Load(_target);
        _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.IsLeaf));
        _il.Emit(OpCodes.Brfalse, _plain);
        var arguments = _writer.BoxArguments();
        LoadReported();
        _writer.Load(arguments);
        _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Before));
        _writer.Call();
        _writer.BoxChanged(arguments);
        LoadReported();
        _writer.Load(arguments);
        _writer.LoadBoxedResult();
        _writer.Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.After));
        _il.Emit(OpCodes.Br, _end);
    }

    private void LoadReported()
    {
        _writer.Load(_recording);
        _writer.Load(_target);
        _writer.LoadSite();
    }
}
