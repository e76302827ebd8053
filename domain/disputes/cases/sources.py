"""The laws and rules that rules of a case rest on, by the name under which they are cited."""

PEOPLES_MEDIATION_LAW = "《人民调解法》"
MEDIATION_WORK_RULES = "《人民调解工作若干规定》"
CIVIL_PROCEDURE_LAW = "《民事诉讼法》"
CIVIL_PROCEDURE_INTERPRETATION = "《最高人民法院关于适用〈民事诉讼法〉的解释》"
INVITED_MEDIATION_RULES = "《最高人民法院关于人民法院特邀调解的规定》"
PUBLIC_SECURITY_LAW = "《治安管理处罚法》"
