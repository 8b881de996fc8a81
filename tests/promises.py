"""Words that promise a caller what nobody has accepted yet: that somebody comes, reads, or knows."""

import re

PROMISES = re.compile(
    r"(akan|segera|sedang)\s+(\w+\s+){0,3}?(datang|menuju|membantu|menolong|menghubungi|menjemput|dibaca|membaca|ditangani)"
    r"|petugas (sudah|telah|kami akan)|(sudah|telah) (dibaca|ditangani|diterima petugas)|dalam perjalanan"
    r"|bantuan (datang|segera)|\b(will|is going to|are going to) (\w+ ){0,2}?(come|help|contact|call you|reach|read)"
    r"|on (the|its|their) way|help is|(is|are) (reading|coming)|has been (read|taken)|someone has",
    re.IGNORECASE,
)
