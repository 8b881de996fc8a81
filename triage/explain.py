"""Why a level was given, in one line for a person: Indonesian first, English second."""

from triage.protocol import Factor, Level
from triage.urgency import Assessment

LEVELS = {
    Level.EMERGENCY: ("DARURAT", "EMERGENCY"),
    Level.HIGH: ("TINGGI", "HIGH"),
    Level.MEDIUM: ("SEDANG", "MEDIUM"),
    Level.LOW: ("RENDAH", "LOW"),
}
FACTORS = {
    Factor.HELP: ("minta tolong", "cry for help"),
    Factor.IMMINENT: ("bahaya sedang terjadi atau pelaku dekat", "danger now or perpetrator near"),
    Factor.WEAPON: ("senjata", "weapon"),
    Factor.KILL_THREAT: ("ancaman nyawa", "threat to life"),
    Factor.STRANGLE: ("cekikan atau bekapan", "strangling or smothering"),
    Factor.SEVERE_INJURY: ("luka berat", "severe injury"),
    Factor.PHYSICAL: ("kekerasan fisik", "physical violence"),
    Factor.ESCALATION: ("makin sering atau makin berat", "growing or repeated violence"),
    Factor.FEAR: ("rasa takut", "fear"),
    Factor.SUICIDE: ("keinginan mati", "wish to die"),
    Factor.SUICIDE_PERP: ("pelaku mengancam bunuh diri", "perpetrator threatens suicide"),
    Factor.SEXUAL: ("kekerasan seksual", "sexual violence"),
    Factor.CHILD: ("anak terlibat", "a child is involved"),
    Factor.CONFINEMENT: ("disekap atau ditahan", "held or locked in"),
    Factor.STALKING: ("dibuntuti atau diteror", "stalking"),
    Factor.SEPARATION: ("perpisahan", "separation"),
    Factor.PREGNANT: ("hamil atau baru melahirkan", "pregnant or just gave birth"),
    Factor.JEALOUSY_CONTROL: ("cemburu atau kontrol", "jealousy or control"),
    Factor.SUBSTANCE: ("alkohol, narkoba atau judi", "alcohol, drugs or gambling"),
    Factor.ECONOMIC_NEGLECT: ("penelantaran ekonomi", "economic neglect"),
    Factor.PSYCHOLOGICAL: ("kekerasan psikis", "psychological harm"),
    Factor.TRAFFICKING: ("perdagangan orang", "trafficking"),
    Factor.ONLINE: ("kekerasan daring", "violence online"),
    Factor.PERP_CAPABILITY: ("pelaku punya kuasa atau akses senjata", "perpetrator has power or arms"),
    Factor.EXPELLED: ("diusir", "thrown out"),
    Factor.VULNERABLE: ("rentan", "vulnerable"),
    Factor.UNSAFE_TO_TALK: ("tidak aman bicara", "cannot speak safely"),
    Factor.RETRACTION: ("pencabutan", "retraction"),
    Factor.PERPETRATOR_WRITING: ("mungkin pelaku yang menulis", "perhaps the perpetrator writes"),
    Factor.AGENCY: ("laporan lembaga", "report of an agency"),
    Factor.MEDICAL: ("keadaan medis", "medical need"),
    Factor.UNKNOWN: ("belum diketahui", "unknown"),
}
_DEFAULTS = {
    "floor:unknown": ("tidak terbaca, perlu dilihat orang", "cannot be read, a person must look"),
    "floor:unheard": ("ada media yang belum dibuka", "media nobody has opened yet"),
    "default:unrecognised": ("belum dinilai, tanyakan", "not assessed, ask"),
    "engine-failure": ("mesin gagal, perlu dilihat orang", "engine failed, a person must look"),
    "prior": ("tingkat sebelumnya", "earlier level"),
    "proof:request": ("pertanyaan atau urusan layanan", "question or casework"),
    "proof:thanks": ("ucapan terima kasih", "thanks"),
    "proof:opener": ("baru menyapa", "only a greeting yet"),
    "proof:nobody": ("bukan pengaduan", "not a complaint"),
    "proof:wrong-number": ("salah nomor", "wrong number"),
}
_MOST = 5


def explain(assessment: Assessment) -> str:
    """One line: the level and what it rests on, with the words that were read. Meant for staff, never for logs."""
    seen = {evidence.code: evidence.text for evidence in reversed(assessment.factors)}
    quoted = list(seen.items())[::-1][:_MOST]
    indonesian = [f"{FACTORS[code][0]} («{text}»)" for code, text in quoted] or _reasons(assessment, 0)
    english = [FACTORS[code][1] for code, _ in quoted] or _reasons(assessment, 1)
    first, second = LEVELS[assessment.level]
    line = f"{first}: {', '.join(indonesian)} / {second}: {', '.join(english)} [{', '.join(assessment.reasons)}]"
    return " ".join(line.split())


def _reasons(assessment: Assessment, language: int) -> list[str]:
    return [_DEFAULTS.get(reason, (reason, reason))[language] for reason in assessment.reasons]
