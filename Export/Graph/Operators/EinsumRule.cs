namespace OnnxInit.Export.Graph.Operators;

/// <summary>The shape of a sum of products that is written as <c>bij,bjk->bik</c>.</summary>
internal static class EinsumRule
{
    private const string Ellipsis = "...";

    /// <summary>The sizes of the letters on the right; without a right side, of the letters that occur once, in alphabetical order.</summary>
    public static IReadOnlyList<Dimension>? Shape(OperatorCall call, int output)
    {
        string equation = call.Text("equation", string.Empty).Replace(" ", string.Empty, StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] terms = sides[0].Split(',');
        if (terms.Length != call.Inputs.Count || sides.Length > 2)
        {
            throw call.Error($"has the equation '{equation}', and is given {call.Inputs.Count} inputs");
        }

        Dictionary<char, Dimension> letters = [];
        IReadOnlyList<Dimension> batch = [];
        for (int input = 0; input < terms.Length; input++)
        {
            batch = Read(call, input, terms[input], letters, batch);
        }

        string result = sides.Length == 2 ? sides[1] : Implicit(sides[0]);
        List<Dimension> shape = [];
        for (int i = 0; i < result.Length; i++)
        {
            if (result[i] == '.')
            {
                shape.AddRange(batch);
                i += Ellipsis.Length - 1;
            }
            else
            {
                shape.Add(letters.TryGetValue(result[i], out Dimension size) ? size : throw call.Error($"has the letter '{result[i]}' on the right of '{equation}' only"));
            }
        }

        return shape;
    }

    // Notes the sizes of a term's letters; gives the axes under the dots.
    private static IReadOnlyList<Dimension> Read(OperatorCall call, int input, string term, Dictionary<char, Dimension> letters, IReadOnlyList<Dimension> batch)
    {
        IReadOnlyList<Dimension> shape = call.Shape(input);
        int dots = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        int hidden = dots < 0 ? 0 : shape.Count - (term.Length - Ellipsis.Length);
        if (hidden < 0 || (dots < 0 && term.Length != shape.Count))
        {
            throw call.Error($"has the term '{term}', and is given {call[input]}");
        }

        int axis = 0;
        for (int i = 0; i < term.Length; i++)
        {
            if (i == dots)
            {
                batch = Shapes.Broadcasted(call, batch, [.. shape.Skip(axis).Take(hidden)]);
                axis += hidden;
                i += Ellipsis.Length - 1;
                continue;
            }

            Dimension size = shape[axis++];
            letters[term[i]] = !letters.TryGetValue(term[i], out Dimension known) ? size
                : Sizes.Broadcast(known, size) ?? throw call.Error($"has the letter '{term[i]}' for sizes of {known} and {size}");
        }

        return batch;
    }

    private static string Implicit(string terms) =>
        (terms.Contains(Ellipsis, StringComparison.Ordinal) ? Ellipsis : string.Empty)
        + string.Concat(terms.Where(char.IsAsciiLetter).GroupBy(letter => letter).Where(group => group.Count() == 1).Select(group => group.Key).Order());
}
