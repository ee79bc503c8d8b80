"""Which countries "any African country" means. A leaf.

The 54 member states of the United Nations in M49 region 002 (Africa), as ISO 3166-1 alpha-2 codes
(https://unstats.un.org/unsd/methodology/m49/). Territories of other states in that region are left out.
"""

AFRICA = (
    "AO", "BF", "BI", "BJ", "BW", "CD", "CF", "CG", "CI", "CM", "CV", "DJ", "DZ", "EG", "ER", "ET", "GA", "GH",
    "GM", "GN", "GQ", "GW", "KE", "KM", "LR", "LS", "LY", "MA", "MG", "ML", "MR", "MU", "MW", "MZ", "NA", "NE",
    "NG", "RW", "SC", "SD", "SL", "SN", "SO", "SS", "ST", "SZ", "TD", "TG", "TN", "TZ", "UG", "ZA", "ZM", "ZW",
)  # fmt: skip
