using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Writes the pieces of a thunk's IL: its arguments, its receiver and the call itself.</summary>
internal sealed class ThunkWriter
{
    private readonly CallRoute _route;
    private readonly int _number;
    private readonly Type[] _parameters;

    /// <summary>Begins a thunk.</summary>
    /// <param name="route">What it is for.</param>
    /// <param name="number">Its number.</param>
    public ThunkWriter(CallRoute route, int number)
    {
        _route = route;
        _number = number;
        var callee = route.Callee;
        HasReceiver = !IsNew && !callee.IsStatic;
        Return = IsNew ? callee.DeclaringType! : MethodSignature.Return(callee);
        _parameters = HasReceiver ? [Receiver(), .. MethodSignature.Parameters(callee)] : MethodSignature.Parameters(callee);
        Code = MethodSignature.NewThunk($"recorded {callee.DeclaringType!.Name}.{callee.Name}", Return, [.. _parameters, typeof(int)]);
        IL = Code.GetILGenerator();
        Result = Return == typeof(void) ? null : IL.DeclareLocal(Return);
    }

    /// <summary>The thunk.</summary>
    public DynamicMethod Code { get; }

    /// <summary>Its IL.</summary>
    public ILGenerator IL { get; }

    /// <summary>Whether the first argument is a <c>this</c>.</summary>
    public bool HasReceiver { get; }

    /// <summary>Whether it makes an object.</summary>
    public bool IsNew => _route.Code == OpCodes.Newobj;

    /// <summary>What it returns.</summary>
    public Type Return { get; }

    /// <summary>Keeps what it returns; null if that is nothing.</summary>
    public LocalBuilder? Result { get; }

    /// <summary>The number of its parameters, without that of the site.</summary>
    public int Count => _parameters.Length;

    /// <summary>The call as it stood in the code.</summary>
    public void Call()
    {
        for (var i = 0; i < Count; i++)
        {
            LoadArgument(i);
        }

        if (_route.Constrained is not null)
        {
            IL.Emit(OpCodes.Constrained, _route.Constrained);
        }

        if (_route.Callee is ConstructorInfo constructor)
        {
            IL.Emit(_route.Code, constructor);
        }
        else
        {
            IL.Emit(_route.Code, (MethodInfo)_route.Callee);
        }

        if (Result is not null)
        {
            Store(Result);
        }
    }

    /// <summary>Calls one of the runtime's methods.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="name">Its name, which no other there has.</param>
    public void Helper(Type type, string name) => IL.Emit(OpCodes.Call, type.GetMethod(name)!);

    /// <summary>The arguments as objects.</summary>
    /// <returns>A local with an array of them.</returns>
    public LocalBuilder BoxArguments()
    {
        var arguments = IL.DeclareLocal(typeof(object[]));
        IL.Emit(OpCodes.Ldc_I4, Count);
        IL.Emit(OpCodes.Newarr, typeof(object));
        Store(arguments);
        for (var i = 0; i < Count; i++)
        {
            BoxInto(arguments, i);
        }

        return arguments;
    }

    /// <summary>Boxes again what the call may have changed: arguments by reference.</summary>
    /// <param name="arguments">The local with the array.</param>
    public void BoxChanged(LocalBuilder arguments)
    {
        for (var i = HasReceiver ? 1 : 0; i < Count; i++)
        {
            if (_parameters[i].IsByRef)
            {
                BoxInto(arguments, i);
            }
        }
    }

    /// <summary>What was returned, as an object.</summary>
    public void LoadBoxedResult()
    {
        if (Result is null)
        {
            IL.Emit(OpCodes.Ldnull);
        }
        else
        {
            Boxing.Emit(IL, Return, () => Load(Result), () => IL.Emit(OpCodes.Ldloca, Result));
        }
    }

    /// <summary>The receiver as an object: of a <c>constrained.</c> call, what is referred to; null if there is none.</summary>
    public void LoadReceiver()
    {
        if (HasReceiver)
        {
            BoxArgument(0);
        }
        else
        {
            IL.Emit(OpCodes.Ldnull);
        }
    }

    /// <summary>The numbers of the thunk and of the site.</summary>
    public void LoadNumberAndSite()
    {
        IL.Emit(OpCodes.Ldc_I4, _number);
        LoadSite();
    }

    /// <summary>The number of the site.</summary>
    public void LoadSite() => LoadArgument(Count);

    /// <summary>An argument.</summary>
    /// <param name="index">Which.</param>
    public void LoadArgument(int index) => IL.Emit(OpCodes.Ldarg, (short)index);

    /// <summary>A local.</summary>
    /// <param name="local">Which.</param>
    public void Load(LocalBuilder local) => IL.Emit(OpCodes.Ldloc, local);

    /// <summary>Into a local.</summary>
    /// <param name="local">Which.</param>
    public void Store(LocalBuilder local) => IL.Emit(OpCodes.Stloc, local);

    private Type Receiver() => _route.Constrained is { } constrained ? constrained.MakeByRefType()
        : _route.Callee.DeclaringType is { IsValueType: true } structure ? structure.MakeByRefType()
        : _route.Callee.DeclaringType!;

    private void BoxInto(LocalBuilder arguments, int index)
    {
        Load(arguments);
        IL.Emit(OpCodes.Ldc_I4, index);
        BoxArgument(index);
        IL.Emit(OpCodes.Stelem_Ref);
    }

    private void BoxArgument(int index) =>
        Boxing.Emit(IL, _parameters[index], () => LoadArgument(index), () => IL.Emit(OpCodes.Ldarga, (short)index));
}
