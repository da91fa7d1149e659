using System.Reflection;
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
    private readonly MethodBase _callee;
    private readonly Type[] _parameters;
    private readonly Type _return;
    private readonly bool _hasReceiver;
    private readonly DynamicMethod _code;
    private readonly ILGenerator _il;
    private readonly LocalBuilder? _result;
    private readonly LocalBuilder _recording;
    private readonly Label _plain;
    private readonly Label _end;

    private ThunkEmitter(CallThunk thunk)
    {
        _thunk = thunk;
        _route = thunk.Route;
        _callee = _route.Callee;
        var isNew = _route.Code == OpCodes.Newobj;
        _hasReceiver = !isNew && !_callee.IsStatic;
        _return = isNew ? _callee.DeclaringType! : MethodSignature.Return(_callee);
        _parameters = _hasReceiver
            ? [Receiver(), .. MethodSignature.Parameters(_callee)]
            : MethodSignature.Parameters(_callee);
        _code = MethodSignature.NewThunk($"recorded {_callee.DeclaringType!.Name}.{_callee.Name}", _return, [.. _parameters, typeof(int)]);
        _il = _code.GetILGenerator();
        _recording = _il.DeclareLocal(typeof(Recording));
        _result = _return == typeof(void) ? null : _il.DeclareLocal(_return);
        _plain = _il.DefineLabel();
        _end = _il.DefineLabel();
    }

    /// <summary>Writes the thunk.</summary>
    /// <param name="thunk">What it is for.</param>
    /// <returns>Its code; the JIT compiles it when it is first called.</returns>
    public static DynamicMethod Emit(CallThunk thunk)
    {
        var emitter = new ThunkEmitter(thunk);
        emitter.Emit();
        return emitter._code;
    }

    private bool MayEnter => _route.Kind == RouteKind.Virtual || _route.Target == TargetKind.Entered;

    private bool MayBeLeaf => _route.Kind == RouteKind.Virtual || _route.Target == TargetKind.Leaf || (MayEnter && _callee.Name == "forward");

    private Type Receiver() => _route.Constrained is { } constrained ? constrained.MakeByRefType()
        : _callee.DeclaringType!.IsValueType ? _callee.DeclaringType.MakeByRefType()
        : _callee.DeclaringType;

    private void Emit()
    {
        _il.Emit(OpCodes.Call, typeof(Recording).GetProperty(nameof(Recording.Current))!.GetMethod!);
        Store(_recording);
        Load(_recording);
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
        EmitCall();
        _il.MarkLabel(_end);
        if (_result is not null)
        {
            Load(_result);
        }

        _il.Emit(OpCodes.Ret);
    }

    private void EmitWrappedDelegate()
    {
        LoadArgument(0);
        LoadNumberAndSite();
        Helper(typeof(DelegateBridge), nameof(DelegateBridge.Wrap));
        _il.Emit(OpCodes.Castclass, _parameters[0]);
        _il.Emit(OpCodes.Starg, (short)0);
    }

    private void EmitRecorded()
    {
        if (_route.Kind == RouteKind.Virtual)
        {
            // Without a receiver the call itself throws as it should.
            LoadReceiver();
            _il.Emit(OpCodes.Brfalse, _plain);
        }

        if (_thunk.IsGuarded)
        {
            Load(_recording);
            LoadNumberAndSite();
            Load(EmitArguments());
            Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Guard));
        }

        var target = _il.DeclareLocal(typeof(CallTarget));
        if (MayEnter || MayBeLeaf)
        {
            Load(_recording);
            _il.Emit(OpCodes.Ldc_I4, _thunk.Number);
            LoadReceiver();
            Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Target));
            Store(target);
        }

        if (MayEnter)
        {
            EmitEntered(target);
        }

        ArgumentWrapping.Emit(_il, _callee, _hasReceiver ? 1 : 0, () => LoadNumberAndSite());
        if (MayBeLeaf)
        {
            Load(target);
            Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.IsLeaf));
            _il.Emit(OpCodes.Brfalse, _plain);
            EmitLeaf(target);
        }
    }

    private void EmitEntered(LocalBuilder target)
    {
        var body = _il.DeclareLocal(_thunk.BodyType);
        var depth = _il.DeclareLocal(typeof(int));
        var notEntered = _il.DefineLabel();
        Load(_recording);
        Load(target);
        LoadSite();
        Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Body));
        _il.Emit(OpCodes.Castclass, _thunk.BodyType);
        Store(body);
        Load(body);
        _il.Emit(OpCodes.Brfalse, notEntered);
        if (_route.Code == OpCodes.Newobj)
        {
            EmitEmptyObject();
        }

        Load(_recording);
        Load(target);
        LoadSite();
        LoadReceiver();
        Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Enter));
        Store(depth);
        _il.BeginExceptionBlock();
        Load(body);
        LoadBodyArguments();
        _il.Emit(OpCodes.Callvirt, _thunk.BodyType.GetMethod("Invoke")!);
        if (_result is not null && _route.Code != OpCodes.Newobj)
        {
            Store(_result);
        }

        _il.BeginFinallyBlock();
        Load(_recording);
        Load(depth);
        Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Leave));
        _il.EndExceptionBlock();
        _il.Emit(OpCodes.Br, _end);
        _il.MarkLabel(notEntered);
    }

    private void EmitEmptyObject()
    {
        if (_return.IsValueType)
        {
            _il.Emit(OpCodes.Ldloca, _result!);
            _il.Emit(OpCodes.Initobj, _return);
            return;
        }

        _il.Emit(OpCodes.Ldtoken, _return);
        Helper(typeof(Type), nameof(Type.GetTypeFromHandle));
        Helper(typeof(RuntimeHelpers), nameof(RuntimeHelpers.GetUninitializedObject));
        _il.Emit(OpCodes.Castclass, _return);
        Store(_result!);
    }

    private void LoadBodyArguments()
    {
        if (_route.Code == OpCodes.Newobj)
        {
            _il.Emit(_return.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, _result!);
        }

        for (var i = 0; i < _parameters.Length; i++)
        {
            if (i == 0 && _hasReceiver && _route.Constrained is not null)
            {
                LoadReceiver();
            }
            else
            {
                LoadArgument(i);
            }
        }
    }

    private void EmitLeaf(LocalBuilder target)
    {
        var arguments = EmitArguments();
        LoadReported(target, arguments);
        Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.Before));
        EmitCall();
        Box(arguments, byReferenceOnly: true);
        LoadReported(target, arguments);
        if (_result is null)
        {
            _il.Emit(OpCodes.Ldnull);
        }
        else
        {
            Boxing.Emit(_il, _return, () => Load(_result), () => _il.Emit(OpCodes.Ldloca, _result));
        }

        Helper(typeof(ThunkRuntime), nameof(ThunkRuntime.After));
        _il.Emit(OpCodes.Br, _end);
    }

    private LocalBuilder EmitArguments()
    {
        var arguments = _il.DeclareLocal(typeof(object[]));
        _il.Emit(OpCodes.Ldc_I4, _parameters.Length);
        _il.Emit(OpCodes.Newarr, typeof(object));
        Store(arguments);
        Box(arguments, byReferenceOnly: false);
        return arguments;
    }

    private void LoadReported(LocalBuilder target, LocalBuilder arguments)
    {
        Load(_recording);
        Load(target);
        LoadSite();
        Load(arguments);
    }

    private void Box(LocalBuilder arguments, bool byReferenceOnly)
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (byReferenceOnly && (!_parameters[i].IsByRef || (i == 0 && _hasReceiver)))
            {
                continue;
            }

            Load(arguments);
            _il.Emit(OpCodes.Ldc_I4, i);
            BoxArgument(i);
            _il.Emit(OpCodes.Stelem_Ref);
        }
    }

    private void BoxArgument(int index) =>
        Boxing.Emit(_il, _parameters[index], () => LoadArgument(index), () => _il.Emit(OpCodes.Ldarga, (short)index));

    /// <summary>The call as it stood in the code.</summary>
    private void EmitCall()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            LoadArgument(i);
        }

        if (_route.Constrained is not null)
        {
            _il.Emit(OpCodes.Constrained, _route.Constrained);
        }

        if (_callee is ConstructorInfo constructor)
        {
            _il.Emit(_route.Code, constructor);
        }
        else
        {
            _il.Emit(_route.Code, (MethodInfo)_callee);
        }

        if (_result is not null)
        {
            Store(_result);
        }
    }

    /// <summary>The receiver as an object; of a constructor, the new object; null if there is none.</summary>
    private void LoadReceiver()
    {
        if (_hasReceiver)
        {
            BoxArgument(0);
        }
        else if (_route.Code == OpCodes.Newobj && MayEnter)
        {
            Boxing.Emit(_il, _return, () => Load(_result!), () => _il.Emit(OpCodes.Ldloca, _result!));
        }
        else
        {
            _il.Emit(OpCodes.Ldnull);
        }
    }

    private void LoadNumberAndSite()
    {
        _il.Emit(OpCodes.Ldc_I4, _thunk.Number);
        LoadSite();
    }

    private void LoadSite() => LoadArgument(_parameters.Length);

    private void LoadArgument(int index) => _il.Emit(OpCodes.Ldarg, (short)index);

    private void Load(LocalBuilder local) => _il.Emit(OpCodes.Ldloc, local);

    private void Store(LocalBuilder local) => _il.Emit(OpCodes.Stloc, local);

    private void Helper(Type type, string name) => _il.Emit(OpCodes.Call, type.GetMethod(name)!);
}
