using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Emits the boxing of any value.</summary>
internal static class Boxing
{
    /// <summary>Puts a value on the stack as an object: what a reference refers to, a span as an array, and null for what cannot be boxed.</summary>
    /// <param name="il">Where to.</param>
    /// <param name="type">The value's type.</param>
    /// <param name="load">Puts it on the stack.</param>
    /// <param name="loadAddress">Puts its address on the stack.</param>
    public static void Emit(ILGenerator il, Type type, Action load, Action loadAddress)
    {
        var value = type.IsByRef ? type.GetElementType()! : type;
        if (value.IsByRefLike || value.IsPointer || value.IsFunctionPointer)
        {
            if (IsSpan(value))
            {
                (type.IsByRef ? load : loadAddress)();
                il.Emit(OpCodes.Call, value.GetMethod(nameof(Span<>.ToArray))!);
            }
            else
            {
                il.Emit(OpCodes.Ldnull);
            }

            return;
        }

        load();
        if (type.IsByRef)
        {
            il.Emit(OpCodes.Ldobj, value);
        }

        if (value.IsValueType)
        {
            il.Emit(OpCodes.Box, value);
        }
    }

    private static bool IsSpan(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var open && (open == typeof(Span<>) || open == typeof(ReadOnlySpan<>));
}
