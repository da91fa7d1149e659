using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace OnnxInit.Export.Capture;

/// <summary>Calls a recorded method again, also one that takes spans, which reflection cannot.</summary>
internal static class CallInvoker
{
    private static readonly ConcurrentDictionary<MethodBase, Func<object?[], object?>> Invokers = [];

    /// <summary>Calls a method.</summary>
    /// <param name="method">The method or constructor.</param>
    /// <param name="arguments">The receiver first, arrays for spans.</param>
    public static object? Invoke(MethodBase method, object?[] arguments) => Invokers.GetOrAdd(method, Make)(arguments);

    private static Func<object?[], object?> Make(MethodBase method)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            // Of a module walk: nothing but forwards, which take no spans.
            return arguments => method.Invoke(arguments[0], BindingFlags.DoNotWrapExceptions, null, arguments[1..], null);
        }

        DynamicMethod dynamic = new($"call {method.Name}", typeof(object), [typeof(object[])], typeof(CallInvoker).Module, skipVisibility: true);
        ILGenerator il = dynamic.GetILGenerator();
        List<Type> types = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
        if (!method.IsStatic && !method.IsConstructor)
        {
            types.Insert(0, method.DeclaringType!);
        }

        for (int i = 0; i < types.Count; i++)
        {
            if (types[i].IsByRef)
            {
                il.Emit(OpCodes.Ldloca, il.DeclareLocal(types[i].GetElementType()!));
                continue;
            }

            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldelem_Ref);
            if (types[i].IsByRefLike)
            {
                Type array = types[i].GetGenericArguments()[0].MakeArrayType();
                il.Emit(OpCodes.Castclass, array);
                il.Emit(OpCodes.Newobj, types[i].GetConstructor([array])!);
            }
            else
            {
                il.Emit(OpCodes.Unbox_Any, types[i]);
            }
        }

        Type result = method is MethodInfo info ? info.ReturnType : method.DeclaringType!;
        if (method is ConstructorInfo constructor)
        {
            il.Emit(OpCodes.Newobj, constructor);
        }
        else
        {
            il.Emit(method.IsStatic ? OpCodes.Call : OpCodes.Callvirt, (MethodInfo)method);
        }

        if (result == typeof(void))
        {
            il.Emit(OpCodes.Ldnull);
        }
        else if (result.IsValueType)
        {
            il.Emit(OpCodes.Box, result);
        }

        il.Emit(OpCodes.Ret);
        return dynamic.CreateDelegate<Func<object?[], object?>>();
    }
}
