namespace OnnxInit.Export.Graph.Operators;

/// <summary>Arithmetic on sizes that says only what is certain. A symbol is taken to be 1 or more.</summary>
internal static class Sizes
{
    /// <summary>The size of an axis on which values of two sizes meet: a 1 is repeated, a number above 1 wins over a symbol.</summary>
    public static Dimension? Broadcast(Dimension left, Dimension right)
    {
        if (left.IsStatic && right.IsStatic)
        {
            return left.Size == 1 || left == right ? right : right.Size == 1 ? left : null;
        }

        if (left.IsStatic)
        {
            return left.Size == 1 ? right : left;
        }

        if (right.IsStatic)
        {
            return right.Size == 1 ? left : right;
        }

        return left == right ? left : Dimension.Unknown;
    }

    /// <summary>The better known of two sizes that are equal at run time; null where they cannot be.</summary>
    public static Dimension? Merge(Dimension left, Dimension right) =>
        left.IsStatic && right.IsStatic && left != right ? null : left.IsStatic || right.IsUnknown ? left : right;

    /// <summary>Whether two sizes cannot be equal.</summary>
    public static bool Differ(Dimension left, Dimension right) => left.IsStatic && right.IsStatic && left != right;

    /// <summary>The quotient rounded down, where it is a polynomial; unknown otherwise.</summary>
    public static Dimension FloorDivide(Dimension dividend, long divisor)
    {
        if (divisor == 1 || dividend.IsUnknown)
        {
            return dividend;
        }

        long constant = dividend.Constant;
        Dimension floor = (constant / divisor) - (constant % divisor != 0 && (constant < 0) != (divisor < 0) ? 1 : 0);
        return dividend.IsStatic ? floor : (dividend - constant).TryDivide(divisor, out Dimension quotient) ? quotient + floor : Dimension.Unknown;
    }

    /// <summary>Whether a size is certain not to be below another.</summary>
    public static bool IsAtLeast(Dimension size, Dimension other)
    {
        if (size.IsUnknown || other.IsUnknown)
        {
            return false;
        }

        Dimension difference = size - other;
        long least = difference.Constant;
        foreach ((_, long coefficient) in difference.Terms)
        {
            if (coefficient < 0)
            {
                return false;
            }

            least += coefficient;
        }

        return least >= 0;
    }

    /// <summary>The product; 1 for none.</summary>
    public static Dimension Product(IReadOnlyList<Dimension> shape, int start, int end)
    {
        Dimension product = 1;
        for (int i = start; i < end; i++)
        {
            product *= shape[i];
        }

        return product;
    }

    /// <summary>As many sizes of which nothing is known.</summary>
    public static Dimension[] Unknown(int rank)
    {
        Dimension[] shape = new Dimension[rank];
        Array.Fill(shape, Dimension.Unknown);
        return shape;
    }
}
