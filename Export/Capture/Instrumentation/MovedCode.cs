using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>The bytes of a rewritten body: where each instruction went, and what refers to places adjusted to it.</summary>
/// <param name="il">The original bytes.</param>
/// <param name="tokens">Translates what instructions refer to.</param>
internal sealed class MovedCode(byte[] il, TokenTranslator tokens)
{
    private const int LongBranchLength = 5;

    /// <summary>Where in the copy each original offset is; what is left out is where the instruction after it is.</summary>
    private readonly int[] _moved = new int[il.Length + 1];

    private byte[] _copy = [];

    /// <summary>The bytes of an instruction in the copy: all branches become long ones.</summary>
    /// <param name="instruction">An original instruction.</param>
    /// <returns>Its length.</returns>
    public static int LengthOf(Instruction instruction) =>
        instruction.Code.OperandType == OperandType.ShortInlineBrTarget ? LongBranchLength : instruction.Length;

    /// <summary>Lays the copy out.</summary>
    /// <param name="lengths">For each original instruction, its bytes in the copy.</param>
    public void Place(IEnumerable<(Instruction Instruction, int Length)> lengths)
    {
        var at = 0;
        foreach (var (instruction, length) in lengths)
        {
            _moved[instruction.Offset] = at;
            at += length;
        }

        _moved[il.Length] = at;
        _copy = new byte[at];
    }

    /// <summary>Writes a call in the place of an original one: <c>ldc.i4 number; call token</c>.</summary>
    /// <param name="instruction">The original.</param>
    /// <param name="number">The number.</param>
    /// <param name="token">The copy's token of what is called.</param>
    public void WriteCall(Instruction instruction, int number, int token)
    {
        var to = _copy.AsSpan(_moved[instruction.Offset]);
        to[0] = (byte)OpCodes.Ldc_I4.Value;
        Write(to[1..], number);
        to[5] = (byte)OpCodes.Call.Value;
        Write(to[6..], token);
    }

    /// <summary>Writes an original instruction.</summary>
    /// <param name="instruction">The original.</param>
    public void Write(Instruction instruction)
    {
        var to = _copy.AsSpan(_moved[instruction.Offset]);
        var operand = to[instruction.Code.Size..];
        if (instruction.Code.OperandType == OperandType.ShortInlineBrTarget)
        {
            // The long forms stand 13 codes after the short ones, except that of leave.s, which stands before it.
            to[0] = (byte)(instruction.Code == OpCodes.Leave_S ? OpCodes.Leave.Value : instruction.Code.Value + (OpCodes.Br.Value - OpCodes.Br_S.Value));
            Write(operand, _moved[instruction.End + (sbyte)il[instruction.OperandOffset]] - (_moved[instruction.Offset] + LongBranchLength));
            return;
        }

        il.AsSpan(instruction.Offset, instruction.Length).CopyTo(to);
        switch (instruction.Code.OperandType)
        {
            case OperandType.InlineBrTarget:
                Write(operand, Distance(instruction, 0));
                break;
            case OperandType.InlineSwitch:
                for (var at = 4; instruction.OperandOffset + at < instruction.End; at += 4)
                {
                    Write(operand[at..], Distance(instruction, at));
                }

                break;
            case OperandType.InlineString or OperandType.InlineType or OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok:
                Write(operand, tokens.Translate(instruction.Code.OperandType, Read(instruction, 0)));
                break;
            default:
                break;
        }
    }

    /// <summary>The bytes of the copy.</summary>
    /// <returns>All of them.</returns>
    public byte[] ToArray() => _copy;

    /// <summary>The exception clauses of the copy, in the fat format of ECMA-335, II.25.4.6.</summary>
    /// <param name="clauses">Those of the original.</param>
    /// <returns>The bytes of the section.</returns>
    public byte[] Section(IList<ExceptionHandlingClause> clauses)
    {
        var section = new byte[4 + (24 * clauses.Count)];
        Write(section, 0x41 | (section.Length << 8));
        for (var i = 0; i < clauses.Count; i++)
        {
            var clause = clauses[i];
            var to = section.AsSpan(4 + (24 * i));
            Write(to, (int)clause.Flags);
            Write(to[4..], _moved[clause.TryOffset]);
            Write(to[8..], _moved[clause.TryOffset + clause.TryLength] - _moved[clause.TryOffset]);
            Write(to[12..], _moved[clause.HandlerOffset]);
            Write(to[16..], _moved[clause.HandlerOffset + clause.HandlerLength] - _moved[clause.HandlerOffset]);
            Write(to[20..], clause.Flags switch
            {
                ExceptionHandlingClauseOptions.Clause => tokens.Token(clause.CatchType!),
                ExceptionHandlingClauseOptions.Filter => _moved[clause.FilterOffset],
                _ => 0,
            });
        }

        return section;
    }

    private static void Write(Span<byte> to, int value) => BinaryPrimitives.WriteInt32LittleEndian(to, value);

    private int Read(Instruction instruction, int at) => BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(instruction.OperandOffset + at));

    /// <summary>How far a long branch goes in the copy.</summary>
    private int Distance(Instruction instruction, int at) => _moved[instruction.End + Read(instruction, at)] - _moved[instruction.End];
}
