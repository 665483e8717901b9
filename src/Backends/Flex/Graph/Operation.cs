namespace AttentionGen.Flex;

/// <summary>What an expression does. Those for numbers take operands of one kind, float32 or int32.</summary>
internal enum Operation : byte
{
    FloatConstant,
    IntConstant,
    BoolConstant,

    Score,
    Request,
    Head,
    KeyValueHead,
    Query,
    Key,

    /// <summary>An entry of a table by one or two indices, each clamped to the table.</summary>
    LookUp,

    /// <summary>An int32 to the nearest float32.</summary>
    ToFloat,

    /// <summary>A float32 to an int32: toward zero, saturating, NaN to 0.</summary>
    ToInt,

    Negate,
    Abs,
    Exp,
    Exp2,
    Log,
    Tanh,
    Sin,
    Cos,
    Sqrt,
    Floor,

    Add,
    Subtract,
    Multiply,

    /// <summary>IEEE's for float32; toward zero, and 0 by zero, for int32.</summary>
    Divide,

    /// <summary>Of int32: of the dividend's sign, and 0 by zero.</summary>
    Remainder,
    Min,
    Max,

    Less,
    LessOrEqual,
    Equal,

    Not,
    And,
    Or,
    Xor,

    /// <summary>The second operand where the first is true, else the third.</summary>
    Select,
}
